/** Arguments of the lab's commands: options with values, flags, and files, each checked, each mistake a sentence. */

import { ARMS, DEFAULT_ARMS, armOf, repairArms } from '../../lab/arms';
import type { Arm, Axis, Json, Override } from '../../lab/api';
import { costAt } from '../../lab/axes';
import type { CostTable } from '../../engine/cost/table';

export interface Args {
  readonly files: readonly string[];
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly flags: ReadonlySet<string>;
}

/** Splits arguments; names: options that take a value; flags: those that do not. A sentence for anything else. */
export function splitArgs(args: readonly string[], names: readonly string[], flags: readonly string[]): Args | string {
  const files: string[] = [], on = new Set<string>();
  const values = new Map<string, string[]>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (!arg.startsWith('--')) files.push(arg);
    else if (flags.includes(arg)) on.add(arg);
    else if (names.includes(arg)) {
      const value = args[++i];
      if (value === undefined) return `${arg} needs a value.`;
      values.set(arg, [...(values.get(arg) ?? []), value]);
    } else return `${arg} is no option here; there are ${[...names, ...flags].join(', ')}.`;
  }
  return { files, values, flags: on };
}

/** --arms a,b;c: by commas where no arm has options, else by semicolons. "all": every design; "repairs": kmigrated v1 with each repair alone. */
export function armsOf(text: string | undefined): readonly Arm[] | string {
  if (text === 'all') return ARMS;
  if (text === 'repairs') return repairArms();
  const names = text === undefined ? [...DEFAULT_ARMS] : text.includes(':') ? text.split(';') : text.split(/[,;]/);
  const out: Arm[] = [];
  for (const name of names) {
    const made = armOf(name.trim());
    if (typeof made === 'string') return made;
    out.push(made);
  }
  return out;
}

/** --seeds N: 1 .. N. */
export function seedsOf(text: string | undefined, otherwise: number): readonly number[] | string {
  const n = text === undefined ? otherwise : Number(text);
  if (!Number.isInteger(n) || n < 1 || n > 1000) return `--seeds "${text ?? ''}": a whole number from 1 to 1,000 is needed.`;
  return Array.from({ length: n }, (_, i) => i + 1);
}

/** --until T: simulated seconds. */
export function untilOf(text: string | undefined): number | undefined | string {
  if (text === undefined) return undefined;
  const m = /^(\d+(?:\.\d+)?)(s|ms)?$/.exec(text);
  if (m === null) return `--until "${text}": a simulated time is needed, such as 2.5, 2.5s or 300ms.`;
  return Number(m[1]) / (m[2] === 'ms' ? 1000 : 1);
}

/** path=value. */
export function overrideOf(text: string): Override | string {
  const at = text.indexOf('=');
  if (at <= 0) return `--set "${text}": path=value is needed, such as programs[0].size="1 GiB".`;
  return { path: text.slice(0, at), value: jsonOf(text.slice(at + 1)) };
}

/** path=a,b,c. */
export function axisOf(text: string): Axis | string {
  const at = text.indexOf('=');
  const values = text.slice(at + 1).split(',').map((v) => jsonOf(v.trim()));
  if (at <= 0 || values.length === 0 || values.some((v) => v === '')) return `"${text}" is no axis: path=value,value,... is needed, such as v1:batchFolios=64,512 or programs[0].size=1 GiB,4 GiB.`;
  return { path: text.slice(0, at), values };
}

function jsonOf(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string' || value === null ? value : text;
  } catch {
    return text;
  }
}

/** KEY=PS: a cost. */
export function costOf(text: string): Partial<CostTable> | string {
  const at = text.indexOf('=');
  const made = at <= 0 ? undefined : costAt(`cost:${text.slice(0, at)}`, jsonOf(text.slice(at + 1)));
  return made ?? `--cost "${text}": KEY=PS is needed, such as hintFaultPs=2000000.`;
}
