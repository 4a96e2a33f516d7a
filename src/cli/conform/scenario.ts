/** The conformance scenario's text: lines into set-up, hooks and steps. The form is described in test/fixtures/conformance/README.md. */

/** One line as words; numbers are read by whoever uses them. */
export interface Line {
  readonly op: string;
  readonly args: readonly string[];
}

export interface Hook {
  readonly trigger: string;
  readonly n: number;
  readonly step: Line;
  done: boolean;
}

export interface Scenario {
  readonly readyBit: number;
  readonly wordBits: 32 | 64;
  readonly pfns: number;
  readonly enomemStops: boolean;
  /** node, zone, mem, folio and set lines in order. */
  readonly setup: readonly Line[];
  readonly hooks: readonly Hook[];
  readonly steps: readonly Line[];
}

/** One line of a conformance file. */
export interface ConformanceCase {
  readonly name: string;
  readonly scenario: string;
  readonly trace: unknown;
  /** Position of PAGE_EXT_MIGRATE_READY: kmigrated v1. */
  readonly ready?: unknown;
  /** How the masks of a record are made: early pghot. */
  readonly masks?: unknown;
}

const SETUP = new Set(['node', 'zone', 'mem', 'folio', 'set']);
const TRIGGERS = new Set(['visit', 'prep', 'flush', 'resched', 'wait', 'cas']);
/** Steps that a hook cannot be: the thread runs in them. */
const NO_HOOK = new Set(['work', 'run', 'init']);
const MAX_PFNS = 1 << 24;

/** Reads a whole number, decimal or 0x hex; throws a sentence when it is none. */
export function int(word: string | undefined): number {
  const n = Number(word);
  if (word === undefined || word === '' || !Number.isSafeInteger(n)) throw new Error(`"${word ?? 'nothing'}" stands where a whole number is needed`);
  return n;
}

function hook([trigger = '', n, op = '', ...args]: readonly string[]): Hook {
  if (!TRIGGERS.has(trigger)) throw new Error(`hook trigger "${trigger}" is not known; ${[...TRIGGERS].join(', ')} are`);
  if (NO_HOOK.has(op)) throw new Error(`"${op}" cannot be run by a hook`);
  return { trigger, n: int(n), step: { op, args }, done: false };
}

/** Parses a scenario; more: further set-up lines that the version has. Throws an Error with a sentence and the line. */
export function parseScenario(text: string, more: readonly string[] = []): Scenario {
  let readyBit = 2, bits = 64, pfns = 0, enomemStops = false;
  const setup: Line[] = [], steps: Line[] = [];
  const hooks: Hook[] = [];
  for (const raw of text.split('\n')) {
    const words = raw.trim().split(/\s+/);
    const op = words[0] ?? '';
    const args = words.slice(1);
    if (op === '' || op.startsWith('#')) continue;
    if (op === 'ready') readyBit = int(args[0]);
    else if (op === 'bits') bits = int(args[0]);
    else if (op === 'pfns') pfns = int(args[0]);
    else if (op === 'enomem') enomemStops = args[0] === 'stop';
    else if (op === 'hook') hooks.push(hook(args));
    else if (SETUP.has(op) || more.includes(op)) setup.push({ op, args });
    else steps.push({ op, args });
  }
  if (bits !== 32 && bits !== 64) throw new Error(`bits is ${bits}; it can be 32 or 64`);
  if (readyBit < 0 || readyBit > 20) throw new Error(`ready is ${readyBit}; it can be 0 to 20`);
  if (pfns < 0 || pfns > MAX_PFNS) throw new Error(`pfns is ${pfns}; it can be 0 to ${MAX_PFNS}`);
  return { readyBit, wordBits: bits, pfns, enomemStops, setup, hooks, steps };
}
