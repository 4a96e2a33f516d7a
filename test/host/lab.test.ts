// Comparing designs in the editor, the parts without one: what is asked for, slices, the model and its message, exports, and a run as a world.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ENGINE_VERSION } from '../../src/engine/spec';
import { readAsked } from '../../src/host/lab/asked';
import { jsonOf, mailOf } from '../../src/host/lab/export';
import { csvText } from '../../src/lab/export/csv';
import { resultsModel } from '../../src/host/lab/model';
import { armText, runWorld } from '../../src/host/lab/openrun';
import { inTurns, SliceSize } from '../../src/host/lab/slices';
import { defectsOf, standingOf } from '../../src/host/lab/standing';
import { NO_PROGRAMS, readSubject, type Subject } from '../../src/host/lab/subject';
import type { Job } from '../../src/lab/api';
import { ARMS, DEFAULT_ARMS, repairArms } from '../../src/lab/arms';
import { type CompareRequest, joined, jobsOf } from '../../src/lab/compare';
import { METRICS } from '../../src/lab/metrics';
import { readResultsHost, readResultsWebview } from '../../src/protocol/resultsshape';
import { defaultScenarioText, marksScenarioText } from '../../src/scenario/defaults';
import { loadScenario } from '../../src/scenario/load';

const nothing = (): Promise<undefined> => Promise.resolve(undefined);
const TINY = JSON.stringify({
  schemaVersion: 1, name: 'tiny', machine: { preset: '4n-interleaved' }, system: { numaBalancing: { scanPeriodMinMs: 100, scanDelayMs: 100 } },
  programs: [{ name: 'p', kind: 'uniform', size: '4 MiB', home: 0, threads: [{ node: 1 }] }], seed: 1, durationSeconds: 1,
});
async function subjectOf(text: string): Promise<Subject> {
  const made = await readSubject(text, nothing);
  assert.ok(made.ok);
  return made.subject;
}
const armsOf = (...ids: string[]): CompareRequest['arms'] => ids.map(id => {
  const arm = ARMS.find(a => a.id === id);
  assert.ok(arm !== undefined, id);
  return arm;
});
const requestOf = (s: Subject, arms: CompareRequest['arms'], seeds: readonly number[]): CompareRequest => ({ title: s.name, scenario: s.text, side: s.side, arms, seeds, overrides: [], costs: {} });

test('an argument of the command: designs, seeds and time; anything else is the default or a sentence', () => {
  assert.deepEqual(readAsked(undefined), { arms: undefined, seeds: [1, 2, 3], untilSeconds: undefined });
  const made = readAsked({ arms: ['sync', 'kmigrated-v1:repairs=D1'], seeds: [4, 4, 5], untilSeconds: 2 });
  assert.ok(typeof made !== 'string');
  assert.deepEqual([made.arms?.map(a => a.id), made.seeds, made.untilSeconds], [['sync', 'kmigrated-v1:repairs=D1'], [4, 5], 2]);
  assert.match(String(readAsked({ arms: ['kmigrated-v9'] })), /There is no design "kmigrated-v9"/);
  for (const arg of [{ arms: [] }, { arms: 'sync' }, { seeds: [-1] }, { seeds: [0.5] }, { seeds: [] }, { arms: ['sync'], seeds: 'all' }]) assert.equal(typeof readAsked(arg), 'string');
  fc.assert(fc.property(fc.anything(), arg => { readAsked(arg); }));
});

test('a scenario without programs, or with a mistake, is a sentence', async () => {
  assert.deepEqual(await readSubject(marksScenarioText(), nothing), { ok: false, text: NO_PROGRAMS, noPrograms: true });
  const broken = await readSubject('{', nothing);
  assert.ok(!broken.ok && !broken.noPrograms && /mistake/.test(broken.text));
});

test('slices: one that was too long shrinks the next in proportion, a short one grows it to at most the double, one that ended early never', () => {
  let now = 0;
  const size = new SliceSize(() => now);
  const took = (ms: number, full = true): number => {
    size.begin();
    now += ms;
    size.end(full);
    return size.steps;
  };
  const first = size.steps;
  assert.equal(took(1), 2 * first);
  assert.equal(took(0.1, false), 2 * first);
  assert.equal(took(4), 2 * first);
  assert.equal(took(16), first / 2);
  for (let i = 0; i < 40; i++) took(0);
  assert.equal(size.steps, 4_000);
  for (let i = 0; i < 40; i++) took(1_000);
  assert.equal(size.steps, 16);
});

test('the host has its turn between slices, progress counts runs, and a cancel ends at the next turn', async () => {
  const subject = await subjectOf(TINY);
  let turns = 0, done = 0, now = 0;
  const runner = inTurns(() => { turns++; return Promise.resolve(); }, () => (now += 2));
  const jobs = jobsOf(requestOf(subject, armsOf('sync', 'none'), [1, 2]));
  const results = await runner.run(jobs, n => { done = n; }, () => false);
  assert.equal(done, 4);
  assert.ok(results.every(r => r.ok));
  assert.ok(turns > 4 * 50, String(turns));
  const before = turns;
  const stopped = await runner.run(jobs, () => undefined, () => turns > before + 3);
  assert.ok(stopped.every(r => !r.ok && r.text === 'cancelled'));
  assert.ok(turns <= before + 5, String(turns - before));
});

test('a comparison as a model fits its message, and says no more than was validated', async () => {
  const subject = await subjectOf(TINY);
  const request = requestOf(subject, armsOf('none', 'sync', 'kmigrated-v1', 'kmigrated-v1-fixed', 'cpu-buffers'), [1, 2]);
  const results = await inTurns(nothing, () => 0).run(jobsOf(request), () => undefined, () => false);
  const comparison = joined(request, results);
  const model = resultsModel(comparison, subject, 3, request.seeds, undefined);
  const read = readResultsHost(structuredClone({ type: 'results', model }));
  assert.ok(read.ok, read.ok ? '' : read.text);
  assert.deepEqual([model.run, model.seconds, model.arms.length, model.refused], [3, 1, 5, []]);
  assert.match(model.says, /569 traces.*Costs are a table.*Recorded runs cover the synchronous design and kmigrated v1 as posted/);
  const moved = model.metrics.find(m => m.id === 'pages_moved');
  assert.equal(moved?.cells[0]?.[0], 0);
  assert.ok((moved?.cells[1]?.[0] ?? 0) > 0);
  assert.equal(moved?.verdicts[5 * 0 + 0], 'n');
  assert.equal(moved?.verdicts[5 * 0 + 1], 'd');
  assert.ok(model.metrics.every(m => m.cells.some(c => c !== null && c[0] !== 0)), 'what is 0 everywhere says nothing');
  assert.deepEqual(model.arms.map(a => a.aside), ['control', '', 'idle', '', '']);
  const wait = model.metrics.find(m => m.id === 'mark_to_move_p50_ms');
  assert.deepEqual(wait?.cells.map(c => c === null), [true, true, true, false, false], 'no latency where nothing moved that was marked');
  assert.equal(wait?.verdicts[5 * 1 + 3], 'x');
  const lines = csvText(comparison).trimEnd().split('\n');
  assert.equal(lines.length, 1 + 5 * METRICS.length);
  assert.ok(lines.every(l => (l.match(/("[^"]*"|[^,]*)(,|$)/g) ?? []).filter(p => p !== '').length >= 13));
  const mail = await mailOf(comparison, request);
  assert.ok(mail.split('\n').length <= 25 && mail.split('\n').every(l => l.length <= 72) && mail.includes('Simulated'), mail);
  const json: unknown = JSON.parse(jsonOf(comparison, subject, request));
  assert.ok(typeof json === 'object' && json !== null && 'scenario' in json && 'title' in json);
  assert.deepEqual([json.scenario, json.title], [TINY, 'tiny (simulated)']);
});

test('a field of the CSV is no formula and keeps its commas', async () => {
  const subject = await subjectOf(TINY.replace('"tiny"', '"=1+1, \\"x\\""'));
  const request = requestOf(subject, armsOf('none'), [1]);
  const comparison = joined(request, await inTurns(nothing, () => 0).run(jobsOf(request), () => undefined, () => false));
  assert.match(csvText(comparison).split('\n')[1] ?? '', /^"'=1\+1, ""x""",/);
});

test('every arm has a standing, and the register only where the posted code runs', () => {
  for (const arm of [...ARMS, ...repairArms()]) assert.ok(standingOf(arm).endsWith('.'), arm.id);
  const defects = (id: string): { all: number; repaired: string[] } => {
    const [arm] = armsOf(id);
    const found = arm === undefined ? [] : defectsOf(arm);
    return { all: found.length, repaired: found.filter(d => d.repaired).map(d => d.id) };
  };
  assert.deepEqual(defects('kmigrated-v1'), { all: 28, repaired: [] });
  assert.deepEqual(defects('sync'), { all: 0, repaired: [] });
  const fixed = defects('kmigrated-v1-fixed').repaired;
  assert.ok(fixed.includes('D2') && fixed.includes('per-target-lists') && !fixed.includes('D9'));
  assert.ok(defectsOf(armsOf('kmigrated-v1')[0] ?? assert.fail()).every(d => d.point >= 0), 'each leads to a statement');
});

test('a run as a world: the spec is that of the run without its probe, and its text gives the same one', async () => {
  const text = defaultScenarioText();
  for (const arm of [...ARMS, ...repairArms()]) {
    const job: Job = { scenario: text, side: {}, overrides: [], arm, costs: {}, seed: 77, engine: ENGINE_VERSION };
    const made = await runWorld(job, 'abc');
    assert.ok(made.ok, arm.id);
    assert.equal(made.spec.seed, 77);
    assert.equal(made.spec.system?.probe, undefined);
    const read = await loadScenario(made.text, nothing);
    assert.ok(read.ok, `${arm.id}: ${read.ok ? '' : read.problems[0]?.message ?? ''}`);
    // no repairs may be written as an empty list or left out
    const bare = (d: object): object => Object.fromEntries(Object.entries(d).filter(([k, v]) => !(k === 'repairs' && Array.isArray(v) && v.length === 0)));
    assert.deepEqual(read.spec.system, made.spec.system, arm.id);
    assert.deepEqual(bare(read.spec.design), bare(made.spec.design), arm.id);
    assert.equal(made.note, '', arm.id);
  }
});

test('as posted takes the repairs of a scenario away, and a design the options of another one', () => {
  const [posted] = armsOf('kmigrated-v1');
  assert.ok(posted !== undefined);
  assert.ok(!armText('{ "design": { "repairs": ["D1"], "hz": 100 } }', posted, 1).includes('repairs'));
  assert.ok(!armText('{ "system": { "deferred": { "entries": 64 } } }', posted, 1).includes('entries'));
});

test('messages of the page: what is none is refused with a sentence, nothing is thrown', () => {
  for (const m of [{ type: 'ready' }, { type: 'openRun', run: 1, arm: 0, seed: 1 }, { type: 'statement', point: 3 }, { type: 'export', run: 1, format: 'csv', how: 'save' }, { type: 'compare' }, { type: 'cancel' }, { type: 'command', name: 'showCosts' }]) assert.ok(readResultsWebview(m).ok);
  for (const m of [{ type: 'openRun', run: 1, arm: 40, seed: 1 }, { type: 'openRun', run: 1, arm: 0, seed: -1 }, { type: 'statement', point: -1 }, { type: 'export', run: 1, format: 'exe', how: 'save' }, { type: 'command', name: 'workbench.action.quit' }, { type: '__proto__' }, []]) assert.ok(!readResultsWebview(m).ok);
  fc.assert(fc.property(fc.anything(), m => {
    readResultsWebview(m);
    readResultsHost(m);
  }));
});

test('the ten default designs are all there to be ticked', () => {
  assert.equal(DEFAULT_ARMS.length, 10);
  for (const id of DEFAULT_ARMS) assert.ok(ARMS.some(a => a.id === id), id);
});
