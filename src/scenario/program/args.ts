/** The arguments of the program of the recorded runs (init_args): "mode=work mb=32 targets=1,2,3 nap=5 secs=25 scanmin=200". */

import { MAX_NUMNODES } from '../../engine/types';

export interface ProgramArgs {
  readonly mode: 'work' | 'stale';
  /** Size of the mapping in MiB. */
  readonly mb: number;
  /** Node whose first CPU runs the main thread. */
  readonly home: number;
  /** Node of each worker, in order. */
  readonly targets: readonly number[];
  readonly layout: 'interleave' | 'block';
  /** Sleep after each loop of a worker, in ms. */
  readonly napMs: number;
  /** Samples after the first one; mode stale has none. */
  readonly secs: number;
  /** scan_period_min_ms and scan_delay_ms; 0: the kernel's defaults. */
  readonly scanMinMs: number;
  /** vm.watermark_scale_factor that the program sets; 0: it leaves it alone. */
  readonly scaleFactor: number;
}

export type ArgsResult =
  | { readonly ok: true; readonly args: ProgramArgs }
  /** wrong: no such arguments exist. refused: the run is fine, but the model lacks what it needs. */
  | { readonly ok: false; readonly kind: 'wrong' | 'refused'; readonly says: string };

/** What the model lacks, by argument; a value of 0, off or never asks for nothing. */
const LACKS: Readonly<Record<string, string>> = {
  thp: 'transparent huge pages of the program (their faults, splits and collapses by khugepaged) are not compared with a recorded run yet',
  mthp: 'the kernel chooses the folio size of mTHP page by page, and that choice is not modelled',
};
const NOTHING = new Set(['0', 'off', 'never', 'none']);

const wrong = (says: string): ArgsResult => ({ ok: false, kind: 'wrong', says });
const refused = (says: string): ArgsResult => ({ ok: false, kind: 'refused', says });

/** Words to a map; undefined and a sentence where a word is none. */
function words(text: string): Map<string, string> | string {
  const out = new Map<string, string>();
  for (const word of text.split(/\s+/)) {
    if (word === '') continue;
    const at = word.indexOf('=');
    const key = word.slice(0, Math.max(0, at));
    if (at < 1) return `init_args: "${word.slice(0, 40)}" stands there; words of the form key=value are needed`;
    if (out.has(key)) return `init_args: ${key} stands there twice`;
    out.set(key, word.slice(at + 1));
  }
  return out;
}

const KNOWN = ['mode', 'mb', 'home', 'targets', 'layout', 'nap', 'secs', 'scanmin', 'sw', 'wsf', 'thp', 'mthp'];

/** Reads init_args. */
export function parseProgramArgs(text: string): ArgsResult {
  const given = words(text);
  if (typeof given === 'string') return wrong(given);
  for (const [key, value] of given) {
    if (!KNOWN.includes(key)) return refused(`init_args has ${key}=${value.slice(0, 40)}, which the model does not know; ${KNOWN.join(', ')} are known`);
    if (key in LACKS && !NOTHING.has(value)) return refused(`init_args has ${key}=${value.slice(0, 40)}: ${LACKS[key]}`);
  }
  const problems: string[] = [];
  const whole = (key: string, fallback: number | undefined, min: number, max: number): number => {
    const value = given.get(key);
    if (value === undefined && fallback !== undefined) return fallback;
    const n = /^\d{1,9}$/.test(value ?? '') ? Number(value) : NaN;
    if (n >= min && n <= max) return n;
    problems.push(`init_args: ${key} is ${value === undefined ? 'missing' : `"${value.slice(0, 40)}"`}; a whole number from ${min} to ${max} is needed`);
    return min;
  };
  const mode = given.get('mode') ?? 'work', layout = given.get('layout') ?? 'interleave';
  if (mode !== 'work' && mode !== 'stale') return refused(`init_args has mode=${mode.slice(0, 40)}; the modes work and stale are modelled`);
  if (layout !== 'interleave' && layout !== 'block') return refused(`init_args has layout=${layout.slice(0, 40)}; the layouts interleave and block are modelled`);
  const targets = (given.get('targets') ?? '').split(',').map((t) => (/^\d{1,4}$/.test(t) && Number(t) < MAX_NUMNODES ? Number(t) : -1));
  if (targets.includes(-1)) return wrong(`init_args: targets is "${(given.get('targets') ?? '').slice(0, 40)}"; node numbers with commas between them are needed`);
  if (new Set(targets).size !== targets.length) return refused('init_args names a target twice: the samples count pages by target node, so two workers of one node cannot be told apart');
  const args: ProgramArgs = {
    mode, layout, targets, mb: whole('mb', undefined, 1, 65_536), home: whole('home', 0, 0, MAX_NUMNODES - 1), napMs: whole('nap', 20, 0, 60_000),
    secs: whole('secs', mode === 'stale' ? 0 : undefined, mode === 'stale' ? 0 : 1, 3_600), scanMinMs: whole('scanmin', 0, 0, 60_000), scaleFactor: whole('wsf', 0, 0, 3_000),
  };
  return problems.length > 0 ? wrong(problems[0]) : { ok: true, args };
}
