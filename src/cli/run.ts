/** `run SCENARIO.json`: a scenario without a screen; prints the counters, or the digest of the trace. */

import fs from 'node:fs';
import path from 'node:path';
import { COUNTER_NAMES } from '../engine/observe/counters';
import { buildWorld } from '../engine/sim/build';
import type { World } from '../engine/sim/world';
import { ALL_V1_REPAIRS, inOrder, repairOf } from '../engine/designs/kmigrated-v1-repairs';
import { ENGINE_VERSION, type V1Repair, type WorldSpec } from '../engine/spec';
import type { Migrator } from '../engine/system/spec';
import { PS_PER_S, type SimTimePs } from '../engine/types';
import { loadScenario } from '../scenario/load';
import { systemJson, systemLines } from './runSystem';

const MAX_SCENARIO_BYTES = 1024 * 1024;

interface RunOptions {
  readonly file: string;
  readonly seed: number | undefined;
  readonly untilPs: number | undefined;
  readonly json: boolean;
  readonly digest: boolean;
  readonly check: boolean;
  readonly migrator: Migrator | undefined;
  readonly repairs: readonly V1Repair[] | undefined;
}

const MIGRATORS: readonly Migrator[] = ['none', 'ideal', 'sync', 'kmigrated-v1', 'task-work', 'kpromoted', 'cpu-buffers', 'pghot-early', 'pghot-late'];

/** "all", "none", or repairs with commas between them; a sentence when one is not known. */
export function parseRepairs(text: string): readonly V1Repair[] | string {
  if (text === 'all') return ALL_V1_REPAIRS;
  if (text === 'none') return [];
  const found: V1Repair[] = [];
  for (const name of text.split(',')) {
    const repair = repairOf(name.trim());
    if (repair === undefined) return `--repairs "${text}": "${name}" is no repair; all, none, or some of ${ALL_V1_REPAIRS.join(',')} are needed`;
    found.push(repair);
  }
  return inOrder(found);
}

type Parsed = { readonly ok: true; readonly options: RunOptions } | { readonly ok: false; readonly text: string };

const UNITS: Readonly<Record<string, number>> = { '': PS_PER_S, s: PS_PER_S, ms: PS_PER_S / 1e3, us: PS_PER_S / 1e6, ns: PS_PER_S / 1e9 };

/** "2.5", "2.5s", "300ms" in ps; undefined when it is no time. */
function parseTime(text: string): number | undefined {
  const m = /^(\d+(?:\.\d+)?)(s|ms|us|ns)?$/.exec(text);
  return m === null ? undefined : Math.round(Number(m[1]) * UNITS[m[2] ?? '']);
}

/** Reads the arguments after `run`. */
export function parseRunArgs(args: readonly string[]): Parsed {
  let file = '', json = false, digest = false, check = false;
  let migrator: Migrator | undefined;
  let repairs: readonly V1Repair[] | undefined;
  let seed: number | undefined, untilPs: number | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === '--json') json = true;
    else if (arg === '--digest') digest = true;
    else if (arg === '--check') check = true;
    else if (arg === '--migrator') {
      const text = args[++i] ?? '';
      migrator = MIGRATORS.find((m) => m === text);
      if (migrator === undefined) return { ok: false, text: `--migrator "${text}": one of ${MIGRATORS.join(', ')} is needed` };
    }
    else if (arg === '--repairs') {
      const found = parseRepairs(args[++i] ?? '');
      if (typeof found === 'string') return { ok: false, text: found };
      repairs = found;
    } else if (arg === '--seed') {
      const text = args[++i] ?? '';
      seed = Number(text);
      if (!/^\d+$/.test(text) || seed > 0xffffffff) return { ok: false, text: `--seed "${text}": a whole number from 0 to 4294967295 is needed` };
    } else if (arg === '--until') {
      const text = args[++i] ?? '';
      untilPs = parseTime(text);
      if (untilPs === undefined) return { ok: false, text: `--until "${text}": a simulated time is needed, such as 2.5, 2.5s or 300ms` };
    } else if (arg.startsWith('--')) return { ok: false, text: `${arg} is not known; run takes --seed N, --until T, --migrator M, --repairs R, --check, --json and --digest` };
    else if (file !== '') return { ok: false, text: `one scenario at a time: "${file}" and "${arg}" were given` };
    else file = arg;
  }
  return file === '' ? { ok: false, text: 'run needs a scenario: node dist/cli.js run SCENARIO.json' } : { ok: true, options: { file, seed, untilPs, json, digest, check, migrator, repairs } };
}

/** Runs a world to its end, an oops included: the thread is dead, the rest goes on, as in a kernel. */
export function runToEnd(world: World): void {
  for (;;) {
    const end = world.run(world.spec.durationPs, Infinity, 'time');
    if (end !== 'oops') return;
  }
}

async function readSpec(options: RunOptions, err: (line: string) => void): Promise<WorldSpec | undefined> {
  let text: string;
  try {
    if (fs.statSync(options.file).size > MAX_SCENARIO_BYTES) throw new Error(`larger than ${MAX_SCENARIO_BYTES} bytes`);
    text = fs.readFileSync(options.file, 'utf8');
  } catch (error) {
    err(`${options.file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  const result = await loadScenario(text, (relative, maxBytes) => {
    const side = path.resolve(path.dirname(options.file), relative);
    if (!fs.existsSync(side) || fs.statSync(side).size > maxBytes) return Promise.resolve(undefined);
    return Promise.resolve(fs.readFileSync(side, 'utf8'));
  });
  for (const p of result.ok ? result.warnings : result.problems) err(`${options.file}: ${p.message}`);
  if (!result.ok) return undefined;
  const { spec } = result;
  const durationPs = Math.min(spec.durationPs, options.untilPs ?? spec.durationPs) as SimTimePs;
  const { migrator } = options;
  if (migrator !== undefined && spec.system === undefined) {
    err(`${options.file}: --migrator needs a scenario with programs; this one only marks pages`);
    return undefined;
  }
  const system = spec.system === undefined ? {} : { system: { ...spec.system, migrator: migrator ?? spec.system.migrator, checkers: options.check || spec.system.checkers } };
  const { repairs } = options;
  const design = repairs === undefined ? spec.design : { ...spec.design, repairs };
  if (repairs !== undefined && repairs.length > 0 && system.system !== undefined && system.system.migrator !== 'kmigrated-v1') {
    err(`${options.file}: --repairs are of kmigrated v1, but ${system.system.migrator} moves the pages here; add --migrator kmigrated-v1`);
    return undefined;
  }
  return { ...spec, ...system, design, seed: options.seed ?? spec.seed, durationPs };
}

/** Exit status: 0, 1 for a scenario that cannot run, 2 for wrong arguments. */
export async function runCommand(args: readonly string[], out: (line: string) => void, err: (line: string) => void): Promise<number> {
  const parsed = parseRunArgs(args);
  if (!parsed.ok) {
    err(parsed.text);
    return 2;
  }
  const { options } = parsed;
  const spec = await readSpec(options, err);
  if (spec === undefined) return 1;
  const built = buildWorld(spec);
  if (!built.ok) {
    err(built.text);
    return 1;
  }
  const { world } = built;
  runToEnd(world);
  const digest = world.rec.trace.digest();
  const totals = world.rec.totals();
  if (options.json) {
    const counters = Object.fromEntries(COUNTER_NAMES.map((name, i) => [name, totals[i]]));
    const nodes = world.machine.nodes.map((n) => ({
      nid: n.nid, free: n.zones.reduce((sum, z) => sum + world.machine.frames.freeOf(z.ownerId), 0),
      counters: Object.fromEntries(COUNTER_NAMES.map((name) => [name, world.rec.of(n.nid, name)])),
    }));
    out(JSON.stringify({ simulated: true, name: spec.name, seed: spec.seed, engineVersion: ENGINE_VERSION, timePs: world.nowPs, records: world.rec.trace.total, digest, counters, nodes, programs: systemJson(world) }));
  } else if (options.digest) out(digest);
  else {
    out(`# ${spec.name}: simulated, ${world.nowPs / PS_PER_S} s, seed ${spec.seed}, engine ${ENGINE_VERSION}, ${world.rec.trace.total} trace records`);
    if (spec.design.repairs !== undefined && spec.design.repairs.length > 0) out(`# kmigrated v1 with repairs, not as posted: ${spec.design.repairs.join(', ')}`);
    for (const [i, name] of COUNTER_NAMES.entries()) out(`${name} ${totals[i]}`);
    for (const line of systemLines(world)) out(line);
    if (world.rec.byPoint[36] > 0) out(`# ${world.rec.byPoint[36]} thread(s) dead: a NULL pgdat was dereferenced`);
  }
  return (world.system?.violations().length ?? 0) > 0 ? 1 : 0;
}
