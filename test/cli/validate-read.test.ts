// Recorded runs are read strictly: the ten files pass, and each broken one is refused with its field named.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { parseProgramArgs } from '../../src/scenario/program/args';
import { mappingPages, ownerOf, shareOf } from '../../src/scenario/program/kernelrun';
import { readRunFile } from '../../src/scenario/program/runfile';
import { parseValidateArgs, readRunText, validateCommand } from '../../src/cli/validate/command';
import { argsOf, contextOf, RUN_FILES, runOf, runText } from './validateruns';

test('the ten files are read: design from the content, a machine, samples in order', () => {
  assert.equal(RUN_FILES.length, 10);
  for (const file of RUN_FILES) {
    const run = runOf(file);
    assert.equal(run.design, file.includes('.v1.') ? 'v1' : 'base', file);
    assert.equal(run.batches.length > 0, run.design === 'v1', file);
    assert.equal(run.machine.nodes.length, file.startsWith('4n') ? 4 : 2, file);
    assert.ok(run.samples.length > 9, file);
    assert.equal(run.distance[0][0], 10);
  }
  assert.deepEqual(runOf('4n-interleaved-targets.v1.json.gz').distance[2], [30, 30, 10, 20]);
});

type Json = Record<string, unknown>;
const parsed = (file: string): Json => JSON.parse(runText(file)) as Json;

/** Changes a parsed run and returns what the reader says. */
function saysOf(file: string, change: (run: Json) => void): string {
  const run = parsed(file);
  change(run);
  const result = readRunFile(JSON.stringify(run), 'x');
  return result.ok ? 'read' : result.says;
}

const sample = (run: Json, i: number): Json => (run.samples as Json[])[i];

test('what is broken is named with its field', () => {
  const V1 = '2n-one-target.v1.json.gz';
  const cases: readonly (readonly [RegExp, (run: Json) => void])[] = [
    [/^kernel is missing; a text/, run => delete run.kernel],
    [/^done is not true/, run => (run.done = false)],
    [/^samples is missing/, run => delete run.samples],
    [/^samples has 1 entries/, run => (run.samples = [sample(run, 0)])],
    [/^samples\[3\]\.t is 0\.5, before/, run => (sample(run, 3).t = 0.5)],
    [/^samples\[2\]\.t is "x"; a number/, run => (sample(run, 2).t = 'x')],
    [/^samples\[1\]\.vm\.numa_hint_faults is missing/, run => delete (sample(run, 1).vm as Json).numa_hint_faults],
    [/^samples\[1\]\.vm\.numa_hit is -1/, run => ((sample(run, 1).vm as Json).numa_hit = -1)],
    [/^samples\[1\]\.loops has 2 entries/, run => (sample(run, 1).loops = [1, 2])],
    [/^samples\[0\]\.want names the node "one"/, run => (sample(run, 0).want = { one: {} })],
    [/^samples\[0\]\.kmigrated\.0\.sched_in is 1\.5; a whole/, run => (sample(run, 0).kmigrated = { 0: { sched_in: 1.5 } })],
    [/^batches\[0\]\.thread is "kswapd0"/, run => ((run.batches as Json[])[0].thread = 'kswapd0')],
    [/^batches\[1\]\.n is null/, run => ((run.batches as Json[])[1].n = null)],
    [/^kmigrated_oncpu\.kmigrated0\[0\]\[1\] is 1; a number from 2/, run => (run.kmigrated_oncpu = { kmigrated0: [[2, 1, 'D']] })],
    [/^mm_migrate_pages\.first\[0\]\[2\] has no nr_succeeded/, run => ((run.mm_migrate_pages as Json).first = [[1, 'init', 'text']])],
    [/^files is \[\]; an object/, run => (run.files = [])],
    [/^files: The sample has no file "\/proc\/zoneinfo"/, run => delete (run.files as Json)['/proc/zoneinfo']],
    [/^files\["\/proc\/zoneinfo"\]/, run => ((run.files as Json)['/proc/zoneinfo'] = 'nothing')],
    [/node0\/distance"\] is "10"; 2 numbers/, run => ((run.files as Json)['/sys/devices/system/node/node0/distance'] = '10')],
    [/^kernel is "6\.12\.117" \(unpatched\), but batches has 19/, run => (run.kernel = '6.12.117')],
  ];
  for (const [says, change] of cases) assert.match(saysOf(V1, change), says);
});

test('a cut or foreign file never throws', () => {
  const text = runText('2n-stale-marks.v1.json.gz');
  for (const cut of [0, 1, 100, text.length - 1]) {
    const result = readRunFile(text.slice(0, cut), 'x');
    assert.ok(!result.ok && result.says.startsWith('it is no JSON'));
  }
  fc.assert(fc.property(fc.json(), json => {
    const result = readRunFile(json, 'x');
    assert.equal(result.ok, false);
  }), { numRuns: 200 });
});

test('one field replaced by anything: read or refused, never thrown', () => {
  const base = parsed('2n-one-target.v1.json.gz');
  const keys = Object.keys(base);
  fc.assert(fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
    const result = readRunFile(JSON.stringify({ ...base, [key]: value }), 'x');
    assert.ok(result.ok || result.says.length > 10);
  }), { numRuns: 100 });
});

test('init_args: defaults, refusals with the argument in them', () => {
  assert.deepEqual(argsOf('mode=work mb=32 targets=1,2 secs=15 scanmin=200 nap=10 sw=1'), { mode: 'work', layout: 'interleave', targets: [1, 2], mb: 32, home: 0, napMs: 10, secs: 15, scanMinMs: 200, scaleFactor: 0 });
  assert.equal(argsOf('mb=1 targets=3 secs=1').napMs, 20);
  assert.equal(argsOf('mode=stale mb=1 targets=3').scanMinMs, 0);
  assert.equal(argsOf('mb=1 targets=3 secs=1 thp=never mthp=0 wsf=0').mb, 1);
  const refused: readonly (readonly [string, 'wrong' | 'refused', RegExp])[] = [
    ['mb=32 targets=1 secs=1 thp=always', 'refused', /thp=always: transparent huge pages/],
    ['mb=32 targets=1 secs=1 mthp=64', 'refused', /mthp=64: the kernel chooses/],
    ['mb=32 targets=1 secs=1 wsf=x', 'wrong', /wsf is "x"/],
    ['mb=32 targets=1 secs=1 fancy=1', 'refused', /fancy=1, which the model does not know/],
    ['mode=spin mb=32 targets=1 secs=1', 'refused', /mode=spin/],
    ['layout=random mb=32 targets=1 secs=1', 'refused', /layout=random/],
    ['mb=32 targets=1,1 secs=1', 'refused', /twice/],
    ['mb=32 secs=1', 'wrong', /targets is ""/],
    ['mb=32 targets=1;2 secs=1', 'wrong', /targets is "1;2"/],
    ['mb=0 targets=1 secs=1', 'wrong', /mb is "0"; a whole number from 1/],
    ['targets=1 secs=1', 'wrong', /mb is missing/],
    ['mb=1 targets=1', 'wrong', /secs is missing/],
    ['mb=1 mb=2 targets=1 secs=1', 'wrong', /mb stands there twice/],
    ['hello', 'wrong', /"hello" stands there/],
  ];
  for (const [text, kind, says] of refused) {
    const result = parseProgramArgs(text);
    assert.ok(!result.ok, text);
    assert.equal(result.kind, kind, text);
    assert.match(result.says, says);
  }
  fc.assert(fc.property(fc.string(), text => {
    const result = parseProgramArgs(text);
    assert.ok(result.ok || result.says.startsWith('init_args'));
  }));
});

test('shares are as the samples count them, and a block share leaves the remainder untouched', () => {
  for (const file of RUN_FILES) {
    const run = runOf(file);
    const { args } = contextOf(run);
    const counted = new Map<number, number>();
    for (let page = 0; page < mappingPages(args); page++) counted.set(args.targets[ownerOf(args, page)], (counted.get(args.targets[ownerOf(args, page)]) ?? 0) + 1);
    for (const [target, on] of run.samples[0].want) assert.equal([...on.values()].reduce((a, b) => a + b, 0), counted.get(target), file);
  }
  fc.assert(fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 9 }), fc.constantFrom('interleave', 'block'), (mb, workers, layout) => {
    const args = argsOf(`mb=${mb} secs=1 layout=${layout} targets=${Array.from({ length: workers }, (_, i) => i + 1).join(',')}`);
    const swept = new Uint8Array(mappingPages(args));
    for (let w = 0; w < workers; w++) {
      const { from, step, count } = shareOf(args, w);
      for (let i = 0; i < count; i++) {
        const page = from + i * step;
        assert.equal(ownerOf(args, page), w);
        swept[page]++;
      }
    }
    const untouched = swept.filter(n => n === 0).length;
    assert.ok(swept.every(n => n <= 1));
    assert.equal(untouched, layout === 'block' ? mappingPages(args) % workers : 0);
  }));
});

test('the command: arguments, unreadable files, refusals and their exit status', async () => {
  assert.deepEqual(parseValidateArgs(['a', '--seeds', '3', '--json']), { files: ['a'], json: true, seeds: 3, freeSeeds: 3 });
  assert.deepEqual(parseValidateArgs(['a', 'b']), { files: ['a', 'b'], json: false, seeds: 200, freeSeeds: 5 });
  assert.deepEqual(parseValidateArgs(['a', '--free']), { files: ['a'], json: false, seeds: 200, freeSeeds: 200 });
  for (const bad of [[], ['--seeds', '0', 'a'], ['--seeds', 'x', 'a'], ['--fast', 'a'], ['a', '--seeds']]) assert.equal(typeof parseValidateArgs(bad), 'string');
  const out: string[] = [], err: string[] = [];
  const io = { out: (l: string): void => void out.push(l), err: (l: string): void => void err.push(l) };
  assert.equal(await validateCommand([], io), 2);
  assert.match(err[0], /needs a file/);
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'validate-'));
  const write = (name: string, text: string | Buffer): string => {
    fs.writeFileSync(path.join(dir, name), text);
    return path.join(dir, name);
  };
  const run = parsed('2n-one-target.v1.json.gz');
  const thp = write('thp.json', JSON.stringify({ ...run, init_args: `${String(run.init_args)} thp=always` }));
  const elsewhere = write('elsewhere.json', JSON.stringify({ ...run, init_args: 'mb=32 targets=5 secs=15 scanmin=200 nap=10' }));
  const wsf = write('wsf.json', JSON.stringify({ ...run, init_args: `${String(run.init_args)} wsf=100` }));
  const files = run.files as Record<string, string>;
  const huge = write('huge.json', JSON.stringify({ ...run, files: { ...files, '/proc/vmstat#after': `${files['/proc/vmstat']}\nthp_fault_alloc 3\n` } }));
  const period = write('period.json', JSON.stringify({ ...run, init_args: 'mb=32 targets=1 secs=15 scanmin=300 nap=10' }));
  const cut = write('cut.json.gz', fs.readFileSync(path.join('test/fixtures/kernel-runs', '2n-one-target.v1.json.gz')).subarray(0, 3000));
  assert.equal(await validateCommand([thp, elsewhere, wsf, huge, period, cut, path.join(dir, 'none.json')], io), 1);
  const text = out.join('\n');
  assert.match(text, /thp\.json: refused: init_args has thp=always/);
  assert.match(text, /elsewhere\.json: init_args names node 5, but/);
  assert.match(text, /wsf\.json: refused: wsf=100 puts 38 pages between the watermarks of node 0, but zoneinfo \(from before it was set\) has 3:/);
  assert.match(text, /huge\.json: refused: 3 transparent huge pages/);
  assert.match(text, /period\.json: refused: scan_period_min_ms is 200 in files, but init_args makes it 300/);
  assert.match(text, /cut\.json\.gz: cannot be read/);
  assert.match(text, /none\.json: cannot be read/);
  assert.equal(out[out.length - 1], '0 passed, 3 failed, 4 refused');
  out.length = 0;
  assert.equal(await validateCommand(['--json', thp], io), 1);
  assert.deepEqual(Object.keys((JSON.parse(out.join('\n')) as Json[])[0]), ['file', 'ok', 'refused']);
  const bomb = write('bomb.json.gz', zlib.gzipSync(Buffer.alloc(65 * 1024 * 1024)));
  assert.throws(() => readRunText(bomb));
  fs.rmSync(dir, { recursive: true });
});
