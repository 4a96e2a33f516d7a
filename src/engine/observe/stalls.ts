/** How long tasks were kept from their work, as a histogram of eight buckets an octave, for percentiles without a list. */

const BUCKETS = 64 * 8;

export class Stalls {
  private readonly counts = new Float64Array(BUCKETS);
  total = 0;

  /** Adds a stall of ps >= 0. */
  add(ps: number): void {
    this.counts[bucketOf(ps)]++;
    this.total++;
  }

  /** The stall that a share of all stalls does not exceed, ps, to the resolution of a bucket; 0 without stalls. */
  percentile(share: number): number {
    if (this.total === 0) return 0;
    let left = share * this.total;
    for (let b = 0; b < BUCKETS; b++) {
      left -= this.counts[b];
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
