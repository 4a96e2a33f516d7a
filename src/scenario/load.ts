/** Loads a scenario file: text in, frozen WorldSpec or located problems out. */

import { COSTS, defaultCosts } from '../engine/cost/table';
import type { MachineSpec } from '../engine/machine/spec';
import { ENGINE_VERSION, KMIGRATED_V1_DEFAULTS, type KmigratedV1Options, type WorldSpec } from '../engine/spec';
import { PS_PER_S, type SimTimePs } from '../engine/types';
import type { ScenarioResult, SideFileReader } from './api';
import { DEFAULT_SECONDS, type MachineFile, type ScenarioFile, scenarioShape } from './file/format';
import { Places } from './file/nodes';
import { parseJson } from './file/parse';
import { Report } from './file/shape';
import { checkMachine } from './machine/check';
import { inlineMachine } from './machine/inline';
import { readMachine } from './machine/read';
import { gatherTexts, looksLikeSample, readSample } from './machine/sample';
import { MAX_SIDE_BYTES, MAX_ZONEINFO_BYTES } from './machine/text';
import { presetList, presetMachine } from './presets/presets';
import { grouped } from './units';
import type { DistanceRows } from './system/distance';
import { readSystem } from './system/read';
import { readRegions, readWorkload } from './workload';

export const MAX_SCENARIO_BYTES = 1024 * 1024;
const MAX_SHOWN_PROBLEMS = 100;

/** Never rejects for a bad file; what the file names is read through readSide. */
export async function loadScenario(text: string, readSide: SideFileReader): Promise<ScenarioResult> {
  if (text.length > MAX_SCENARIO_BYTES) {
    return { ok: false, problems: [{ path: '', offset: 0, length: 0, message: `The file has ${grouped(text.length)} characters; a scenario of up to ${grouped(MAX_SCENARIO_BYTES)} is read. Long recorded lists belong into a file beside it.` }] };
  }
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const report = new Report();
  const file = scenarioShape.read(parsed.root, '', report);
  if (file === undefined) return { ok: false, problems: report.problems.slice(0, MAX_SHOWN_PROBLEMS) };
  const places = new Places(parsed.root, report);
  const spec = await worldOf(file, places, readSide);
  if (spec === undefined || places.failed) return { ok: false, problems: report.problems.slice(0, MAX_SHOWN_PROBLEMS) };
  return { ok: true, spec: freeze(spec), warnings: report.warnings.slice(0, MAX_SHOWN_PROBLEMS) };
}

async function worldOf(file: ScenarioFile, places: Places, readSide: SideFileReader): Promise<WorldSpec | undefined> {
  const { machine, distance } = await machineOf(file.machine, places, readSide);
  const design = designOf(file, places);
  const costs = costsOf(file, places);
  if (machine === undefined) return undefined;
  const durationPs = Math.max(1, Math.round((file.durationSeconds ?? DEFAULT_SECONDS) * PS_PER_S));
  const regions = readRegions(file.regions ?? [], machine, places);
  const workload = await readWorkload(file.workload ?? [], { machine, regions, durationPs, readSide, places });
  const system = await readSystem(file.system, file.programs, { machine, regions, durationPs, readSide, places, known: distance });
  const made = file.reproduction?.engineVersion;
  if (made !== undefined && made !== ENGINE_VERSION) {
    places.warn(['reproduction', 'engineVersion'], `this run was made by engine ${made}, this is ${ENGINE_VERSION}; the world may take another course and the digest may differ`);
  }
  return { name: file.name ?? 'scenario', machine, regions, workload, design, costs, ...(system === undefined ? {} : { system }), seed: file.seed ?? 1, durationPs: durationPs as SimTimePs };
}

function designOf(file: ScenarioFile, places: Places): KmigratedV1Options {
  const design: KmigratedV1Options = { ...KMIGRATED_V1_DEFAULTS, ...file.design };
  const { readyBit, wordBits } = design;
  const real = readyBit === 2 || (readyBit === 4 && wordBits === 32);
  if (!real) places.warn(['design', 'readyBit'], `READY at bit ${readyBit} of ${wordBits} bits is no layout of the posting: it is bit 2, or bit 4 on a 32-bit kernel with CONFIG_PAGE_IDLE_FLAG`);
  return design;
}

function costsOf(file: ScenarioFile, places: Places): WorldSpec['costs'] {
  for (const c of COSTS) {
    const given = file.costs?.[c.key];
    if (given !== undefined && (given < c.minPs || given > c.maxPs)) places.warn(['costs', c.key], `${grouped(given)} ps lies outside of what was found, ${grouped(c.minPs)} to ${grouped(c.maxPs)} ps a ${c.per}`);
  }
  return { ...defaultCosts(), ...file.costs };
}

/** A machine, and the distances that its text says. */
interface Found {
  readonly machine?: MachineSpec;
  readonly distance?: DistanceRows;
}

async function machineOf(file: MachineFile, places: Places, readSide: SideFileReader): Promise<Found> {
  if ('preset' in file) {
    const machine = presetMachine(file.preset);
    if (machine !== undefined) return { machine };
    places.fail(['machine', 'preset'], `there is no preset "${file.preset}"; ${presetList().map((p) => p.id).join(', ')} are there`);
    return {};
  }
  if ('zoneinfo' in file) return zoneinfoMachine(file.zoneinfo, places, readSide);
  const machine = inlineMachine(file, 'machine of the scenario');
  if (machine === undefined) {
    places.fail(['machine', 'nodes'], 'the zones cannot hold the pages that they say are present: their spans overlap too much');
    return {};
  }
  const faults = checkMachine(machine);
  for (const fault of faults.slice(0, MAX_SHOWN_PROBLEMS)) places.fail(['machine', ...fault.at], fault.says);
  return faults.length > 0 ? {} : { machine };
}

async function zoneinfoMachine(name: string, places: Places, readSide: SideFileReader): Promise<Found> {
  const at = ['machine', 'zoneinfo'];
  const text = await readSide(name, MAX_ZONEINFO_BYTES);
  if (text === undefined) {
    places.fail(at, `"${name}" cannot be read; a copy of /proc/zoneinfo beside the scenario, up to 4 MiB, is allowed`);
    return {};
  }
  const sample = looksLikeSample(text) ? readSample(text, name) : undefined;
  if (sample?.ok === false) {
    places.fail(at, `in "${name}": ${sample.problems[0]?.message ?? ''}`.replace(/\.$/, ''));
    return {};
  }
  const texts = sample?.texts ?? await gatherTexts(text, name, (beside) => readSide(beside, MAX_SIDE_BYTES));
  const result = readMachine(texts, sample?.name ?? name);
  if (result.ok) return { machine: result.machine, ...(texts.distance === undefined ? {} : { distance: texts.distance }) };
  for (const p of result.problems) places.fail(at, `in "${name}": ${p.message}`.replace(/\.$/, ''));
  return {};
}

/** Freezes plain data all the way down; typed arrays cannot be frozen. */
function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) freeze(child);
  }
  return value;
}
