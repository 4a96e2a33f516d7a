/** conform on the traces of both pghot versions: all are reproduced; what is compared and what is not; further scenarios from the text of the format. */

import assert from 'node:assert/strict';
import test from 'node:test';
import zlib from 'node:zlib';
import fs from 'node:fs';
import { checkCase, conformCommand } from '../../src/cli/conform/command';
import type { PghotVersion } from '../../src/cli/conform/pghot';
import { comparable, pghotVersionOf, traceOfPghot } from '../../src/cli/conform/pghotsteps';
import type { ConformanceCase } from '../../src/cli/conform/scenario';
import { at } from '../support/root';

const fixture = (name: string): string => at('test/fixtures/conformance', name);

interface Step { readonly op: string; readonly ret?: number; readonly old?: string; readonly new?: string; readonly r?: unknown[]; readonly ev?: unknown[][]; readonly vis?: number[][]; readonly n?: Record<string, number>; readonly act?: number[]; readonly loops?: (Step & { slept: number; timeout: number })[] }
interface Trace { readonly steps: Step[]; readonly final: { readonly moved: number[][]; readonly free: Record<string, number>; readonly hot: unknown[][]; readonly vmev: number[]; readonly act: number[] } }

const EARLY: PghotVersion = { version: 'early', masks: 'as-posted' }, WIDE: PghotVersion = { version: 'early', masks: 'width-based' }, LATE: PghotVersion = { version: 'late' };
const run = (which: PghotVersion, text: string): Trace => JSON.parse(JSON.stringify(traceOfPghot(text, which))) as Trace;

/** Node 0 and 2 are fast and free, node 1 slow and full of LRU pages: PFNs 128 to 383. */
const BASE = 'pfns 640\nnode 0 0 0 1\nnode 1 0 0 1\nnode 2 0 0 1\ntier 0 1\ntier 1 0\ntier 2 1\nzone 0 2 0 128 128\nzone 1 2 128 256 256\nzone 2 2 384 256 256\nmem 0 128 0 free\nmem 128 256 1 lru\nmem 384 256 2 free\nset src 0 1\nset src 1 1\nset src 2 1\n';
const LATE_BASE = BASE.replace('set src 2 1\n', '');
const events = (step: Step, kind: string): unknown[][] => (step.ev ?? []).filter((e) => e[0] === kind);

function cases(file: string): ConformanceCase[] {
  const out: ConformanceCase[] = [];
  for (const line of zlib.gunzipSync(fs.readFileSync(fixture(file))).toString('utf8').split('\n')) if (line !== '') out.push(JSON.parse(line) as ConformanceCase);
  return out;
}

test('all 242 early and 89 late traces of the real code are reproduced', () => {
  for (const [file, says] of [['pghot-early.jsonl.gz', '242 passed, 0 failed'], ['pghot-late-walk.jsonl.gz', '89 passed, 0 failed']] as const) {
    const lines: string[] = [];
    assert.equal(conformCommand([fixture(file)], (line) => lines.push(line)), 0);
    assert.deepEqual(lines, [says]);
  }
});

/** The same value with one number or string of it changed; undefined at the end of the leaves. */
function damaged(value: unknown, leaf: { left: number }): unknown {
  if (typeof value === 'number' || typeof value === 'string') return leaf.left-- === 0 ? (typeof value === 'number' ? value + 1 : `${value}1`) : value;
  if (Array.isArray(value)) return value.map((x: unknown) => damaged(x, leaf));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, damaged(v, leaf)]));
}

test('whatever value of the compared part is changed, the case fails; what is not compared may be anything', () => {
  for (const file of ['pghot-early.jsonl.gz', 'pghot-late-walk.jsonl.gz']) {
    const all = cases(file).filter((c) => c.scenario.length < 1200);
    let damages = 0;
    for (const [i, c] of all.entries()) {
      if (i % 11 !== 0) continue;
      const part = comparable(c.trace);
      for (let n = i % 3; ; n += 23) {
        const leaf = { left: n };
        const trace = damaged(part, leaf);
        if (leaf.left >= 0) break;
        assert.notEqual(checkCase({ ...c, trace }), undefined, `${c.name}: leaf ${n}`);
        damages++;
      }
    }
    assert.ok(damages > 100, `${damages}`);
  }
  const first = cases('pghot-late-walk.jsonl.gz')[0];
  const text = JSON.stringify(first.trace).replaceAll('"visited":', '"visited":9').replaceAll('"tac":', '"tac":9').replaceAll('"isolated":[]', '"isolated":[5]');
  assert.notEqual(text, JSON.stringify(first.trace));
  assert.equal(checkCase({ ...first, trace: JSON.parse(text) as unknown }), undefined);
});

test('which version a line is for', () => {
  const version = (more: Partial<ConformanceCase>): ReturnType<typeof pghotVersionOf> => pghotVersionOf({ name: 'x', scenario: 'pfns 8\nnode 0 0 0 1', trace: {}, ...more });
  assert.deepEqual(version({ masks: 'width-based' }), WIDE);
  assert.deepEqual(version({ scenario: 'pfns 8\n  set src 0 1' }), LATE);
  assert.deepEqual(version({ trace: { steps: [], final: { hot: [] } } }), LATE);
  assert.equal(version({}), undefined);
  assert.equal(version({ ready: 2, scenario: 'access 1 0 0 0' }), undefined);
  assert.equal(version({ scenario: 'ready 2\ntier 0 1' }), undefined);
  assert.match(String(version({ masks: 'wide' })), /masks is "wide"; it can be/);
});

test('lines that the version does not know are refused in a sentence, and count as failed', () => {
  const why = (scenario: string, masks?: string): string => checkCase({ name: 'x', scenario, trace: { steps: [], final: {} }, ...(masks === undefined ? {} : { masks }) }) ?? 'passed';
  assert.match(why(`${BASE}mark 130 0`, 'as-posted'), /step "mark" is not known in the early pghot file/);
  assert.match(why(`${BASE}memcg 130 1`, 'as-posted'), /step "memcg" is not known in the early/);
  assert.match(why(`${BASE}batchnr 5`, 'width-based'), /"batchnr" is not known/);
  assert.match(why(`${BASE}window 5`), /step "window" is not known in the late pghot file/);
  assert.match(why(`${BASE}jump 3`), /step "jump" is not known/);
  assert.match(why(`${BASE}set jump 3`), /step "jump" is not known/);
  assert.match(why(`${BASE}hook never 3 free 130`), /hook trigger "never" is not known; visit, prep/);
  assert.match(why(`${BASE}hook visit 3 work 1`), /"work" cannot be run by a hook/);
  assert.match(why(`${BASE}access 130 0 0`), /"nothing" stands where a whole number is needed/);
  assert.match(why(`${BASE}hot 130 zz`), /"zz" stands where a word of 64 bits is needed/);
  assert.match(why(`${BASE}work 7`), /node 7 does not exist/);
  assert.match(why(BASE, 'narrow'), /masks is "narrow"/);
  const lines: string[] = [];
  const file = at('out', 'conform-pghot-unknown.jsonl');
  fs.mkdirSync(at('out'), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify({ name: 'odd', scenario: `${BASE}jump 3`, trace: {} })}\n`);
  assert.equal(conformCommand([file], (line) => lines.push(line)), 1);
  assert.equal(lines.at(-1), '0 passed, 1 failed');
  fs.rmSync(file);
});

test('early: hot as set by hand, consumed in two steps, all other bits gone with the word', () => {
  const t = run(WIDE, `${BASE}init\nhot 130 0x8000000000000002\nhot 131 0x8000000000000001\nhot 132 0x7\nhot 5 0x8000000000000000\nwork 1\n`);
  const work = t.steps.at(-1) ?? assert.fail();
  assert.deepEqual(work.ev, [['c', 130, '0x2', '0x0'], ['p', 130, 2, 0, 'ok'], ['b', -1, [], [], 0], ['r'], ['c', 131, '0x1', '0x0'], ['b', 2, [130], [384], 0]]);
  assert.deepEqual(t.final.hot, [[132, 133, '0x7']], 'PFN 5 lies in a section without a map');
});

test('early: a hook between read and exchange makes it try again; one at a visit comes before the page is looked at', () => {
  const hot = 'hot 130 0x8000000000000000\n';
  const t = run(WIDE, `${BASE}hook cas 130 hot 130 0x2\nhook visit 131 hot 131 0x8000000000000002\nhook wait 1 access 140 0 0 0\ninit\n${hot}work 1\nrun 1 1\n`);
  const [, , work, round] = t.steps;
  assert.deepEqual(events(work, 'c'), [['c', 130, '0x2', '0x0'], ['c', 131, '0x2', '0x0']]);
  assert.deepEqual(work.ev?.slice(0, 2), [['h', 'cas', 130, { op: 'hot' }], ['c', 130, '0x2', '0x0']]);
  assert.deepEqual(events(work, 'h').map((e) => e[1]), ['cas', 'visit']);
  const [loop] = round.loops ?? [];
  assert.deepEqual([loop.slept, loop.timeout, loop.vis], [1, 100, []]);
  assert.equal(loop.ev?.[0][1], 'wait', 'one access does not make a page ready');
});

test('early: an access wakes nobody, but a sleep that it falls into ends in work', () => {
  const t = run(WIDE, `${BASE}hook wait 1 accesses 140 1 1 0 0 0 3\ninit\nrun 1 2\n`);
  const [first, second] = t.steps[1].loops ?? [];
  assert.deepEqual([first.slept, events(first, 'b').length, second.slept, second.vis], [1, 2, 1, []]);
});

test('early: the window can be changed, boot a second time begins with empty maps and only wakes', () => {
  const t = run(WIDE, `${BASE}init\nwindow 10\naccess 130 0 2 100\naccess 130 0 2 110\naccess 130 0 2 121\ninit\naccess 130 0 2 121\n`);
  assert.deepEqual(t.steps.slice(2, 5).map((s) => (BigInt(s.new ?? '0') >> 10n) & 7n), [1n, 2n, 1n]);
  assert.deepEqual(t.steps[5].ev, [['wake', 1]]);
  assert.equal(t.steps[6].old, '0x0');
  assert.deepEqual(t.final.vmev, [4, 0, 0, 4]);
});

test('early: a page without a map in a walk is where the kernel dereferences NULL', () => {
  assert.match(checkCase({ name: 'x', masks: 'as-posted', scenario: `${BASE}mem 0 1 0 lru\ninit\nwork 0`, trace: {} }) ?? '', /section without a map/);
});

test('late: batch_nr + 1 folios, sleepms, and the flush of a change of memcg comes before the folio that changes it', () => {
  const t = run(LATE, `${LATE_BASE}init\nbatchnr 3\nsleepms 250\nmemcg 141 7\naccesses 130 12 1 0 0 0 1\nrun 1 2\n`);
  const [busy, idle] = t.steps.at(-1)?.loops ?? [];
  const sizes = events(busy, 'b').map((e) => (e[2] as number[]).length);
  assert.deepEqual(sizes, [4, 4, 3, 1]);
  assert.deepEqual([busy.slept, idle.slept, idle.timeout, idle.vis], [0, 1, 250, []]);
  assert.deepEqual(busy.vis, [[0, 1], [64, 65], [128, 129], [128, 193], [256, 257], [320, 321], [384, 385], [448, 449], [512, 513], [576, 577]]);
});

test('late: node and memcg outlive a full batch: another node then reschedules without a call', () => {
  const t = run(LATE, `${LATE_BASE}init\nbatchnr 1\naccesses 130 2 1 0 0 0 1\naccess 132 2 0 0\nwork 1\n`);
  const work = t.steps.at(-1) ?? assert.fail();
  assert.deepEqual(work.ev?.filter((e) => e[0] === 'b' || e[0] === 'r').map((e) => e[0]), ['b', 'r', 'r', 'b']);
  assert.equal(work.n?.resched, 2);
});

test('late: a failed prepare adopts nothing; free pages, own-node and unmapped accesses count only their source', () => {
  const t = run(LATE, `${LATE_BASE}init\nisofail 130 1\naccess 130 2 0 0\naccess 131 0 0 0\nfree 140\naccess 140 0 0 0\naccess 141 1 0 0\naccess 3 1 0 0\nwork 1\n`);
  const work = t.steps.at(-1) ?? assert.fail();
  assert.deepEqual(events(work, 'b'), [['b', 0, [131], [0], 0]]);
  assert.deepEqual(events(work, 'r'), []);
  assert.deepEqual(t.final.vmev, [2, 5, 0, 0]);
});

test('late: the memcg moves with the folio, a new folio has none', () => {
  const t = run(LATE, `${LATE_BASE}init\nmemcg 130 5\naccesses 130 2 1 0 0 0 1\nwork 1\nfree 150\nalloc 150 0\nmemcg 150 4\nfree 150\nalloc 150 0\naccesses 150 2 1 0 0 0 1\nwork 1\n`);
  const [first, second] = t.steps.filter((s) => s.op === 'work');
  assert.equal(events(first, 'b').length, 2);
  assert.equal(events(second, 'b').length, 1);
});

test('late: a folio that is longer than its section ends the walk of it; a hole at the beginning of a section hides it', () => {
  const t = run(LATE, `${LATE_BASE}folio 128 7 lru\ninit\naccess 200 0 0 0\naccess 260 0 0 0\nwork 1\n`);
  const work = t.steps.at(-1) ?? assert.fail();
  assert.deepEqual(work.vis?.slice(2, 5), [[128, 129], [128, 129], [192, 193]], 'the access to a tail is recorded at the head');
  assert.deepEqual(events(work, 'c'), [['c', 128, 0], ['c', 260, 0]]);
  const hidden = run(LATE, `${LATE_BASE}mem 256 1 1 hole\ninit\naccess 260 0 0 0\nwork 1\n`);
  assert.deepEqual(hidden.final.vmev, [0, 1, 0, 0]);
});

test('PFNs that do not exist: an access to one counts its source, the walk of a last section that is cut short goes on to its end', () => {
  const text = 'pfns 150\nnode 0 0 0 1\nnode 1 0 0 1\ntier 0 1\ntier 1 0\nzone 0 2 0 64 64\nzone 1 2 64 86 86\nmem 0 64 0 free\nmem 64 86 1 lru\nset src 0 1\nset src 2 1\ninit\naccess 149 0 0 0\naccess 150 0 0 0\naccess -1 0 0 0\nwork 1\n';
  const t = run(LATE, text);
  assert.deepEqual(t.steps.slice(1, 4).map((s) => [s.ret, s.new]), [[0, '0x8000000000000000'], [0, '0x0'], [0, '0x0']]);
  assert.deepEqual(t.steps[4].vis, [[0, 1], [64, 65], [128, 129], [128, 192]]);
  assert.deepEqual(t.final.vmev, [1, 3, 0, 0]);
  assert.deepEqual(run(WIDE, text).final.vmev, [3, 3, 0, 0]);
});

test('a thread that cannot be created ends the start-up', () => {
  const t = run(EARLY, `${BASE}set kfail 1 1\ninit\naccess 130 0 0 0\n`);
  assert.deepEqual(t.steps[0], { op: 'init', ev: [['create', 'kmigrated1', -12], ['err', 'Failed to start kmigrated1, ret -12']], ret: -12 });
  assert.equal(t.steps[1].ret, -22);
});
