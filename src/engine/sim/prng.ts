/** Named streams of pseudo-random numbers: sfc32, seeded from the world's seed and the stream's name, so that one stream never shifts another. */

/** A stream; its state is four 32-bit words. */
export class Prng {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** seed: 0 .. 2^32 - 1; name: what the stream is for. */
  constructor(seed: number, name: string) {
    let h = (seed ^ 0x9e3779b9) | 0;
    for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
    this.a = h;
    this.b = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    this.c = seed | 0;
    for (let i = 0; i < 12; i++) this.next();
  }

  /** The next 32 bits, 0 .. 2^32 - 1. */
  next(): number {
    const t = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0;
    return t >>> 0;
  }

  /** A number 0 .. below - 1, each as likely; below: 1 .. 2^53. */
  draw(below: number): number {
    if (below <= 0x1_0000_0000) {
      const limit = 0x1_0000_0000 - (0x1_0000_0000 % below);
      for (;;) {
        const x = this.next();
        if (x < limit) return x % below;
      }
    }
    const span = 2 ** 53;
    const limit = span - (span % below);
    for (;;) {
      const x = (this.next() >>> 11) * 0x1_0000_0000 + this.next();
      if (x < limit) return x % below;
    }
  }
}
