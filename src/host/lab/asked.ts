/** What a comparison is asked for by an argument of the command. */

import type { Arm } from '../../lab/api';
import { DEFAULT_ARMS, armOf } from '../../lab/arms';
import { MAX_ARMS, MAX_SEEDS } from '../../protocol/results';

export const DEFAULT_SEEDS = [1, 2, 3] as const;

export interface Asked {
  /** Undefined: the person is asked. */
  readonly arms: readonly Arm[] | undefined;
  readonly seeds: readonly number[];
  /** Simulated time of each run, s; undefined: the scenario's. */
  readonly untilSeconds: number | undefined;
}

/** Reads the argument of the command, which anyone may call with anything; a sentence for arms or seeds that are none. */
export function readAsked(arg: unknown): Asked | string {
  const nothing: Asked = { arms: undefined, seeds: DEFAULT_SEEDS, untilSeconds: undefined };
  if (typeof arg !== 'object' || arg === null) return nothing;
  const untilSeconds = 'untilSeconds' in arg && typeof arg.untilSeconds === 'number' && arg.untilSeconds > 0 ? arg.untilSeconds : undefined;
  const seeds = 'seeds' in arg ? seedsOf(arg.seeds) : DEFAULT_SEEDS;
  if (seeds === undefined) return `The seeds of a comparison are a list of 1 to ${MAX_SEEDS} whole numbers from 0 to 4,294,967,295.`;
  if (!('arms' in arg)) return { ...nothing, seeds, untilSeconds };
  const ids: unknown = arg.arms;
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MAX_ARMS) return `The designs of a comparison are a list of 1 to ${MAX_ARMS} names such as ${DEFAULT_ARMS.slice(2, 5).join(', ')}.`;
  const arms: Arm[] = [];
  for (const id of ids) {
    const made = armOf(String(id));
    if (typeof made === 'string') return made;
    arms.push(made);
  }
  return { arms, seeds, untilSeconds };
}

function seedsOf(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_SEEDS) return undefined;
  const seeds = value.flatMap((s: unknown) => (typeof s === 'number' && Number.isInteger(s) && s >= 0 && s < 2 ** 32 ? [s] : []));
  return seeds.length === value.length ? [...new Set(seeds)] : undefined;
}
