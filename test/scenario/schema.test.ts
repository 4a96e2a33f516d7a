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
  'additionalProperties', 'oneOf', 'allOf', 'if', 'then']);

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
    const properties = isObject(schema['properties']) ? schema['properties'] : {};
    if (!list('required').every(k => typeof k === 'string' && Object.hasOwn(v, k))) return false;
    for (const [k, x] of Object.entries(v)) {
      if (Object.hasOwn(properties, k)) {
        if (!valid(properties[k], x)) return false;
      } else if (schema['additionalProperties'] === false) return false;
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
  assert.ok(valid(schema, good()) && accepts(good()));
  const value = fc.constantFrom<Json | undefined>(undefined, null, true, 0, -1, 1, 1.5, 7, 8, 1024, 2 ** 32, 1e13, '', 'x', '4 MiB', '4 MB', '../x', 'burst', 'recorded', 'steady', 'reserved', [], [1], [[0, 1]], {}, { kind: 'burst' }, { nope: 1 });
  let agreed = 0, refused = 0;
  fc.assert(fc.property(fc.constantFrom(undefined, undefined, ...MACHINES), fc.array(fc.tuple(fc.nat(), value), { maxLength: 2 }), (machine, edits) => {
    let v = machine === undefined ? good() : put(good(), ['machine'], machine);
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
  }), { numRuns: 1500 });
  assert.ok(agreed > 100 && refused > 200, `${agreed} accepted, ${refused} refused`);
});
