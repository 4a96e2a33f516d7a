// The JSON Schema in media is the one of the code, and it agrees with the code on what a scenario is.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { scenarioShape } from '../../src/scenario/file/format';
import { parseJson } from '../../src/scenario/file/parse';
import { Report } from '../../src/scenario/file/shape';
import { schemaText } from '../../src/scenario/schemaText';
import { at } from '../support/root';

const FILE = at('media/schema/kmigrated-scenario.schema.json');

test('media/schema holds the schema of the code (KMIGRATED_UPDATE=1 writes it)', () => {
  if (process.env['KMIGRATED_UPDATE'] === '1') fs.writeFileSync(FILE, schemaText());
  assert.equal(fs.readFileSync(FILE, 'utf8'), schemaText());
  const manifest = fs.readFileSync(at('package.json'), 'utf8');
  assert.match(manifest, /"url": "\.\/media\/schema\/kmigrated-scenario\.schema\.json"/);
});

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
const isObject = (v: Json | undefined): v is { [key: string]: Json } => typeof v === 'object' && v !== null && !Array.isArray(v);
const KNOWN = new Set(['$schema', 'title', 'allowComments', 'allowTrailingCommas', 'markdownDescription', 'markdownEnumDescriptions', 'defaultSnippets', 'patternErrorMessage', 'default', 'examples',
  'type', 'enum', 'const', 'minimum', 'exclusiveMinimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'items', 'minItems', 'maxItems', 'properties', 'required',
  'additionalProperties', 'patternProperties', 'oneOf', 'allOf', 'if', 'then']);

/** A validator of the part of draft-07 that the schema uses; an unknown keyword fails the test. */
function valid(schema: Json, v: Json): boolean {
  assert.ok(isObject(schema));
  for (const key of Object.keys(schema)) assert.ok(KNOWN.has(key), `unknown keyword ${key}`);
  const num = (key: string): number | undefined => { const n = schema[key]; return typeof n === 'number' ? n : undefined; };
  const list = (key: string): Json[] => { const l = schema[key]; return Array.isArray(l) ? l : []; };
  const type = (t: Json): boolean => t === 'object' ? isObject(v) : t === 'array' ? Array.isArray(v) : t === 'integer' ? Number.isInteger(v) : typeof v === t;
  const types = schema['type'] === undefined ? [] : Array.isArray(schema['type']) ? schema['type'] : [schema['type']];
  if (types.length > 0 && !types.some(type)) return false;
  if (schema['enum'] !== undefined && !list('enum').includes(v)) return false;
  if (schema['const'] !== undefined && schema['const'] !== v) return false;
  if (typeof v === 'number' && (v < (num('minimum') ?? -Infinity) || v > (num('maximum') ?? Infinity) || v <= (num('exclusiveMinimum') ?? -Infinity))) return false;
  if (typeof v === 'string' && (v.length < (num('minLength') ?? 0) || v.length > (num('maxLength') ?? Infinity) || (typeof schema['pattern'] === 'string' && !new RegExp(schema['pattern']).test(v)))) return false;
  if (Array.isArray(v) && (v.length < (num('minItems') ?? 0) || v.length > (num('maxItems') ?? Infinity) || (schema['items'] !== undefined && !v.every(x => valid(schema['items'], x))))) return false;
  if (isObject(v)) {
    const properties = isObject(schema['properties']) ? schema['properties'] : {}, patterns = isObject(schema['patternProperties']) ? Object.entries(schema['patternProperties']) : [];
    if (!list('required').every(k => typeof k === 'string' && Object.hasOwn(v, k))) return false;
    for (const [k, x] of Object.entries(v)) {
      if (Object.hasOwn(properties, k)) {
        if (!valid(properties[k], x)) return false;
        continue;
      }
      const byPattern = patterns.filter(([p]) => new RegExp(p).test(k));
      if (byPattern.length > 0 ? !byPattern.every(([, inner]) => valid(inner, x)) : schema['additionalProperties'] === false) return false;
    }
  }
  if (schema['oneOf'] !== undefined && list('oneOf').filter(s => valid(s, v)).length !== 1) return false;
  if (!list('allOf').every(s => valid(s, v))) return false;
  return schema['if'] === undefined || schema['then'] === undefined || !valid(schema['if'], v) || valid(schema['then'], v);
}

const good = (): Json => ({
  schemaVersion: 1, name: 'n', description: '', machine: { preset: '2n-plain' },
  regions: [{ name: 'r', node: 0, size: '4 MiB', order: 2, content: 'clean file' }],
  workload: [
    { kind: 'random', region: 'r', targets: [1], count: 5, ratePerSecond: 3, targetRule: 'random' },
    { kind: 'clustered', region: 'r', targets: [1], count: 5, clusterPages: 3, spacingNs: 1 },
    { kind: 'interleaved', node: 1, targets: [0, 1], count: 5, startSeconds: 1 },
    { kind: 'burst', name: 'b', node: 1, targets: [0], count: 5, order: 'random' },
    { kind: 'recorded', list: [[0, 1, 2]] },
  ],
  design: { kind: 'kmigrated-v1', hz: 250, delayMs: 1000, batchFolios: 512, readyBit: 2, wordBits: 64 }, costs: { walkHolePs: 500 }, seed: 1, durationSeconds: 3,
  reproduction: { engineVersion: '1', digest: 'd', timePs: 4 },
});
const MEMORY = { size: '1 MiB', content: 'dirty file', pinnedShare: 0.1, lockedShare: 0, writebackShare: 1, hugePages: 'mthp', order: 3 };
const RUN = { name: 'n', thinkNs: 5, duty: 0.5, processes: 2 };
const ON = { home: 0, threads: [{ cpu: 1, nice: 3 }, { node: 0 }] };
const programs = (): Json => ({
  schemaVersion: 1, machine: { preset: '2n-plain' },
  system: {
    migrator: 'sync', preemption: 'full', numaBalancing: { mode: 2, scanPeriodMinMs: 1, scanPeriodMaxMs: 2, scanSizeMb: 1, scanDelayMs: 0, hotThresholdMs: 1, promoteRateLimitMBps: 0, repairBackoff: true },
    kthread: { nice: -20, cpu: 0 }, tlb: 'invlpgb', topTier: [0], distance: [[10, 20], [20, 10]], metadataNode: 0, llc: '1 MiB', checkers: true,
  },
  programs: [
    { kind: 'uniform', ...RUN, ...MEMORY, home: 0, threadsOnNode: { 0: 3, 1: 1 }, hugePageShare: 0.5, untilSeconds: 3, writeShare: 0.5, split: 'node' },
    { kind: 'zipf', size: '1 page', ...ON, s: 1, shuffled: false }, { kind: 'hotset', size: '1 page', ...ON, hotShare: 1, hotAccesses: 0, moveSeconds: 3 },
    { kind: 'stream', size: '1 page', ...ON, split: 'none' },
    { kind: 'phases', size: '1 page', ...ON, cycles: 2, phases: [{ kind: 'zipf', s: 2, seconds: 1, fromShare: 0, toShare: 1, writeShare: 0 }, { kind: 'stream', seconds: 1 }] },
    { kind: 'producerConsumer', size: '1 page', producers: [{ cpu: 0 }], consumers: [{ node: 1 }] }, { kind: 'shares', size: '1 page', ...ON, layout: 'block', napMs: 5, untilSeconds: 1 },
    { kind: 'local', size: '1 page', node: 1, threadCount: 3 }, { kind: 'recorded', file: 'a.txt', format: 'perf', pid: 5, loop: false, threads: [{ cpu: 0 }] }, { kind: 'recorded', list: [[1, 0]], threads: [{ cpu: 0 }] },
    {
      kind: 'custom', vmas: [{ name: 'v', ...MEMORY }], patterns: [{ kind: 'hotset', vma: 0, from: 1, units: 2, writeShare: 0, hotShare: 0.5 }],
      threads: [{ cpu: 0, ops: [{ op: 'sweep', vma: 0, write: true }, { op: 'repeat', times: 2, body: [{ op: 'access', pattern: 0, count: 5 }, { op: 'repeat', flag: 'f', body: [{ op: 'sleep', ms: 1 }] }] }, { op: 'awaitHintFaults', atLeast: 1, pollMs: 2 }, { op: 'numaBalancing', mode: 0 }] }],
    },
  ],
});
const MACHINES: readonly Json[] = [
  { zoneinfo: 'a.txt' }, { preset: '2n-plain', zoneinfo: 'a' },
  { nodes: [{ nid: 0, cpus: [0], zones: [{ zone: 'Normal', startPfn: '4 GiB', spannedPages: 5, lowmemReservePages: [0, 0] }] }], ranges: [{ startPfn: 0, pages: '1 page', nid: 0, state: 'offline', kind: 'reserved' }] },
];

/** Every place in a value, as a path. */
function places(v: Json, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  const inner = Array.isArray(v) ? v.flatMap((x, i) => places(x, [...path, i])) : isObject(v) ? Object.entries(v).flatMap(([k, x]) => places(x, [...path, k])) : [];
  return [path, ...inner];
}

function put(v: Json, path: readonly (string | number)[], to: Json | undefined): Json {
  const [head, ...rest] = path;
  if (head === undefined) return to ?? null;
  if (Array.isArray(v) && typeof head === 'number') return v.flatMap((x, i) => (i !== head ? [x] : rest.length === 0 && to === undefined ? [] : [put(x, rest, to)]));
  if (isObject(v)) return Object.fromEntries(Object.entries(v).flatMap(([k, x]): [string, Json][] => (k !== head ? [[k, x]] : rest.length === 0 && to === undefined ? [] : [[k, put(x, rest, to)]])));
  return v;
}

const accepts = (v: Json): boolean => {
  const parsed = parseJson(JSON.stringify(v));
  return parsed.ok && scenarioShape.read(parsed.root, '', new Report()) !== undefined;
};

test('schema and code agree on changed scenarios', () => {
  const schema: Json = JSON.parse(schemaText());
  for (const v of [good(), programs()]) assert.ok(valid(schema, v) && accepts(v));
  const value = fc.constantFrom<Json | undefined>(undefined, null, true, 0, -1, 1, 1.5, 7, 8, 1024, 2 ** 32, 1e13, '', 'x', '4 MiB', '4 MB', '../x', 'burst', 'recorded', 'steady', 'reserved', 'any', 'thp', 'zipf', 'repeat', { 1: 4 }, { op: 'barrier', name: 'b' }, [], [1], [[0, 1]], {}, { kind: 'burst' }, { nope: 1 });
  let agreed = 0, refused = 0;
  fc.assert(fc.property(fc.constantFrom(undefined, undefined, ...MACHINES), fc.boolean(), fc.array(fc.tuple(fc.nat(), value), { maxLength: 2 }), (machine, old, edits) => {
    let v = old ? good() : programs();
    if (machine !== undefined) v = put(v, ['machine'], machine);
    for (const [n, to] of edits) {
      const all = places(v);
      v = put(v, all[n % all.length], to);
    }
    // the enum of presets is the editor's alone: the code checks ids when it loads, to name them all
    if (isObject(v) && isObject(v['machine']) && typeof v['machine']['preset'] === 'string') v = put(v, ['machine', 'preset'], v['machine']['preset'] === '' ? '' : '2n-plain');
    const code = accepts(v);
    assert.equal(valid(schema, v), code, JSON.stringify(v));
    if (code) agreed++;
    else refused++;
  }), { numRuns: 2500 });
  assert.ok(agreed > 100 && refused > 200, `${agreed} accepted, ${refused} refused`);
});
