/** How long tasks were kept from their work, as a histogram of eight buckets an octave, for percentiles without a list. */

const BUCKETS = 64 * 8;

/** Causes of a stall of a task. */
export const Stall = { FirstTouch: 0, WriteRefault: 1, HintFault: 2, InlineMigration: 3, Report: 4, EntryWait: 5, RunQueue: 6 } as const;
export type Stall = (typeof Stall)[keyof typeof Stall];
/** Stable names, by Stall. */
export const STALL_NAMES: readonly string[] = ['first touch', 'write refault', 'hint fault', 'inline migration', 'report', 'migration entry', 'run queue'];

export class Stalls {
  /** kind * BUCKETS + bucket. */
  private readonly counts: Float64Array;
  readonly totals: Float64Array;
  total = 0;

  constructor(private readonly kinds = STALL_NAMES.length) {
    this.counts = new Float64Array(kinds * BUCKETS);
    this.totals = new Float64Array(kinds);
  }

  /** Adds a stall of ps >= 0. */
  add(ps: number, kind: number): void {
    this.counts[kind * BUCKETS + bucketOf(ps)]++;
    this.totals[kind]++;
    this.total++;
  }

  /** The stall that a share of the stalls of a kind (all kinds when undefined) does not exceed, ps, to the resolution of a bucket; 0 without stalls. */
  percentile(share: number, kind?: number): number {
    const total = kind === undefined ? this.total : this.totals[kind];
    if (total === 0) return 0;
    const from = kind ?? 0, end = kind === undefined ? this.kinds : kind + 1;
    let left = share * total;
    for (let b = 0; b < BUCKETS; b++) {
      for (let k = from; k < end; k++) left -= this.counts[k * BUCKETS + b];
      if (left <= 0) return upperOf(b);
    }
    return upperOf(BUCKETS - 1);
  }
}

function bucketOf(ps: number): number {
  let x = Math.floor(ps), octave = 0;
  if (x < 8) return Math.max(0, x);
  while (x >= 0x1000_0000) {
    x = Math.floor(x / 0x1_0000);
    octave += 16;
  }
  const high = 31 - Math.clz32(x);
  return Math.min(BUCKETS - 1, (octave + high - 2) * 8 + ((x >>> (high - 3)) & 7));
}

/** The largest value of a bucket. */
function upperOf(bucket: number): number {
  if (bucket < 8) return bucket;
  const octave = Math.floor(bucket / 8) + 2;
  return (8 + (bucket % 8) + 1) * 2 ** (octave - 3) - 1;
}
