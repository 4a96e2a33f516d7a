// Recorded traces: three forms, what is skipped and said, dense units, limits, and text of any kind.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { loadScenario } from '../../src/scenario/load';
import { Accesses, MAX_TRACE_PAGES, accessRows } from '../../src/scenario/traces/collect';
import { type TraceOptions, readTrace, traceFormat } from '../../src/scenario/traces/read';
import { files, problems } from './loading';

type Read = { readonly units: number[]; readonly writes: number[]; readonly notes: readonly string[]; readonly format: string; readonly pages: number };

function read(text: string, options: Partial<TraceOptions> = {}, order = 0, pmd = false): Read {
  const result = readTrace(text, { file: 'x', ...options });
  assert.ok(result.ok, result.ok ? '' : result.says);
  const { accesses, pages } = result.accesses.done(order, pmd);
  return { units: [...accesses.units], writes: [...accesses.writes], notes: result.notes, format: result.format, pages };
}
function refused(text: string, options: Partial<TraceOptions> = {}): string {
  const result = readTrace(text, { file: 'x', ...options });
  assert.ok(!result.ok);
  return result.says;
}

const LACKEY = `==1234== Lackey, an example Valgrind tool
==1234== Command: ./a.out
I  04016b80,3
 S 1ffeff7e58,8
I  04016b83,5
 L 04222000,4
 M 0421c7cc,4
 L 04222ffc,8
`;

test('valgrind lackey: loads, stores, modifies; an access over the end of a page touches two; fetches are counted out', () => {
  const t = read(LACKEY);
  // pages 0x421c, 0x4222, 0x4223, 0x1ffeff7 in the order of their addresses
  assert.deepEqual([t.format, t.units, t.writes, t.pages], ['lackey', [3, 1, 0, 1, 2], [1, 0, 1, 0, 0], 4]);
  assert.deepEqual(t.notes, [
    "x: 2 lines left out: lines of valgrind's own (==pid==)",
    'x: 2 lines left out: instruction fetches (program text is mapped read-only, and the scanner skips such mappings)',
  ]);
});

test('perf script: the usual forms', () => {
  const mem = `            a.out  4711 [001] 12345.678901:          1   cpu/mem-loads,ldlat=30/P:     7f3c5a2b1040         68100142 |OP LOAD|LVL L1 hit|SNP None           55d0c1a2b3c4 main+0x14 (/tmp/a.out)
 my prog 2  4711 [001] 12345.678999:          1  cpu/mem-stores/P:     7f3c5a2b2040  5080144 |OP STORE|LVL L1 hit  55d0c1a2b3c4 load_it+0x14 (/tmp/a.out)
a.out  4711/4712 12345.7: mem_inst_retired.all_stores:pp:  7f3c5a2b2048 55d0c1a2b3c4 main (/tmp/a.out)
a.out  4711/4711 [000] 12345.8:    250000 cache-misses:  7f3c5a2b3048 55d0c1a2b3c4 main (/tmp/a.out)
\t    55d0c1a2b3c4 main+0x14 (/tmp/a.out)
a.out  4711/4711 [000] 12345.8: exceptions:page_fault_user: address=0x7f3c5a2b4fff ip=0x55d0c1a2b3c4 error_code=0x6
a.out  4711/4711 [000] 12345.9: exceptions:page_fault_user: address=0x7f3c5a2b4fff ip=0x55d0c1a2b3c4 error_code=0x4
a.out  4711/4711 [000] 12345.9: mem-loads:  ffff888012345678
a.out  4711/4711 [000] 12345.9: mem-loads:  0
`;
  const t = read(mem);
  assert.deepEqual([t.format, t.units, t.writes], ['perf', [0, 1, 1, 2, 3, 3], [0, 1, 1, 0, 1, 0]]);
  assert.deepEqual(t.notes, [
    'x: 1 lines left out: lines of call chains', 'x: 1 lines left out: addresses of the kernel', 'x: 1 lines left out: samples with the address 0 (the processor gave none)',
    'x: 1 samples do not say whether they read or write; they count as reads',
  ]);
  assert.deepEqual(read(' 7f3c5a2b1040\n 7f3c5a2b2040\n', { format: 'perf' }).units, [0, 1]);
  const ipOnly = 'a.out  4711 [001] 1.5: cycles:  55d0c1a2b3c4 main+0x14 (/tmp/a.out)\n';
  assert.match(refused(ipOnly, { format: 'perf' }), /no access can be read/);
  assert.match(read(`${ipOnly}${mem}`).notes[0], /^1 line skipped, first at x:1: .*only an instruction pointer/);
});

test('perf script: one process at a time', () => {
  const two = 'a 1/1 1.0: mem-loads: 1000 0\nb 2/2 1.0: mem-loads: 2000\nb 2/3 1.0: mem-stores: 3000\n';
  assert.match(refused(two), /samples of 2 processes stand there \(pid 2: 2, pid 1: 1\); "pid" says which one is meant/);
  const t = read(two, { pid: 2 });
  assert.deepEqual([t.units, t.writes, t.notes], [[0, 1], [0, 1], ['x: 1 lines left out: samples of other processes']]);
  assert.match(read('a 1 1.0: mem-loads: 1000 0\nb 2 1.0: mem-loads: 2000\n').notes[0], /samples of 2 threads are taken as one process/);
});

test('tables: with and without header, times, decimal and hexadecimal addresses up to 64 bits', () => {
  const t = read('# made by hand\ntime,address,op\r\n0.5,0x1000,r\n0.6,8192,W\n0.7,0x1fff,store\n');
  assert.deepEqual([t.format, t.units, t.writes, t.notes], ['csv', [0, 1, 0], [0, 1, 1], ['x: 1 lines left out: comment lines', 'x: 1 lines left out: header lines']]);
  assert.deepEqual(read('0x7fffffffffffffff,load\n4096;l\n"0x0"\tm\n').units, [2, 1, 0]);
  assert.deepEqual(read('op,va\nw,0x5000\nr,0x4000\n').writes, [1, 0]);
  assert.deepEqual(read('1e-3,0x5000,w\n').units, [0]);
});

test('lines that cannot be read are named, the first twenty one by one, all of them counted', () => {
  const bad = Array.from({ length: 1234 }, (_, i) => `nonsense ${i}`).join('\n');
  const { notes } = read(`0x1000,r\n${bad}\n0x2000,w,9,9\n`);
  assert.equal(notes.length, 20);
  assert.match(notes[0], /^1,235 lines skipped, first at x:2: "nonsense 0": 1 columns stand there/);
  assert.match(notes[19], /^x:21: "nonsense 19": /);
  for (const [line, says] of [['0x1000,x', /none of r, w/], ['zz,r', /neither decimal nor 0x/], ['t,0x1000,r', /time is no number/], ['18446744073709551616,r', /above 64 bits/], ['x'.repeat(5000), /5,000 characters/]] as const) {
    assert.match(read(`0x1000,r\n${line}\n`, { format: 'csv' }).notes[0], says);
  }
  assert.match(read(' L 1000,4\n L 1000,0\n Q 1000,4\n').notes[0], /2 lines skipped, first at x:2: " L 1000,0": the size is 0/);
  assert.match(refused('what\nis this\n'), /none of its first lines/);
  assert.match(refused(''), /none of its first lines/);
  assert.match(refused('a,b\n', { format: 'csv' }), /no access can be read from it as csv/);
});

test('limits: size of the text and touched pages', () => {
  assert.match(refused(' '.repeat(64 * 1024 * 1024 + 1)), /67,108,865 characters; up to 67,108,864/);
  const a = new Accesses();
  for (let page = 0; page < MAX_TRACE_PAGES; page++) a.add(page, false);
  assert.equal(a.add(MAX_TRACE_PAGES, false), false);
  assert.equal(a.add(5, true), true);
  assert.equal(a.count, MAX_TRACE_PAGES + 1);
});

test('units are dense, in the order of the addresses, and pages keep their places in folios; rows read back the same', () => {
  const page = fc.oneof(fc.nat(3000), fc.integer({ min: 2 ** 50, max: 2 ** 50 + 5000 }));
  fc.assert(fc.property(fc.array(fc.tuple(page, fc.boolean()), { minLength: 1, maxLength: 60 }), fc.constantFrom([0, false], [3, false], [9, false], [9, true]), (list, [order, pmd]) => {
    const a = new Accesses();
    for (const [p, write] of list) assert.ok(a.add(p, write));
    const inFolio = 2 ** Number(order), isPmd = pmd === true;
    const { accesses, pages } = a.done(Number(order), isPmd);
    const folios = [...new Set(list.map(([p]) => Math.floor(p / inFolio)))].sort((x, y) => x - y);
    assert.equal(pages, folios.length * inFolio);
    list.forEach(([p, write], i) => {
      const folio = folios.indexOf(Math.floor(p / inFolio));
      assert.equal(accesses.units[i], isPmd ? folio : folio * inFolio + (p % inFolio));
      assert.equal(accesses.writes[i], write ? 1 : 0);
    });
    const again = new Accesses();
    for (const [p, write] of accessRows(accesses, isPmd)) again.add(p, write === 1);
    assert.deepEqual(again.done(Number(order), isPmd), { accesses, pages });
  }));
});

test('a text of any kind: never an exception, every line an access, a note or the refusal', () => {
  const piece = fc.constantFrom(' L 1000,8', 'I  1,1', ' S ffff', '0x1000,r', ',', '\t', '12 1.5: mem-loads: 7f00', 'a 1/2 [0] 1.0: x:', 'address,op', '\u0000', '=', '\r', '\n', '\n', '|OP STORE', '1e9', '0x', '99999999999999999999', '-1');
  fc.assert(fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 8 })), { maxLength: 30 }), fc.constantFrom(undefined, 'lackey', 'perf', 'csv'), (parts, format) => {
    const text = parts.join('');
    const result = readTrace(text, { file: 'x', format: format as TraceOptions['format'] });
    if (result.ok) assert.ok(result.accesses.count > 0);
    else assert.ok(result.says.length > 0 && !('accesses' in result));
    assert.ok(['lackey', 'perf', 'csv', undefined].includes(traceFormat(text)));
  }), { numRuns: 500 });
});

test('in a scenario: size from the trace, warnings at the file, refusals with the name', async () => {
  const text = (more = ''): string => `{"schemaVersion": 1, "machine": {"preset": "2n-plain"}, "programs": [{"kind": "recorded", "name": "t", "file": "t.txt", "home": 0, "threads": [{"node": 1}]${more}}]}`;
  const result = await loadScenario(text(), files({ 't.txt': LACKEY }));
  assert.ok(result.ok);
  assert.deepEqual(result.warnings.map(w => w.path), ['programs[0].file', 'programs[0].file']);
  assert.match(result.warnings[0].message, /^programs\[0\]\.file: t\.txt: 2 lines left out: /);
  const [p] = result.spec.system?.processes ?? [];
  assert.deepEqual(p.vmas.map(v => [v.name, v.pages]), [['trace', 4]]);
  assert.deepEqual(p.patterns, [{ vma: 0, from: 0, units: 4, writeShare: 0, kind: { kind: 'recorded', loop: true, accesses: { units: Uint32Array.of(3, 1, 0, 1, 2), writes: Uint8Array.of(1, 0, 1, 0, 0) } } }]);
  const once = await loadScenario(text(', "loop": false, "hugePages": "thp"'), files({ 't.txt': LACKEY }));
  assert.ok(once.ok);
  const [q] = once.spec.system?.processes ?? [];
  assert.deepEqual([q.vmas[0].pages, q.patterns[0].units, q.threads[1].ops[1]], [1024, 2, { op: 'access', pattern: 0, count: 5 }]);
  assert.match((await problems(text()))[0].message, /programs\[0\]\.file: "t\.txt" cannot be read; a trace beside the scenario, up to 64 MiB/);
  assert.match((await problems(text(), files({ 't.txt': 'x' })))[0].message, /in "t\.txt": none of its first lines/);
});
