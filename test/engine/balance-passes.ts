/** Scan passes of the engine over made-up address spaces, and a second writing of task_numa_work() to compare them with. */

import assert from 'node:assert/strict';
import { ScanPass } from '../../src/engine/mm/balance/scan';
import { NumaMm, NumaTask, NumaVma } from '../../src/engine/mm/balance/state';
import { clockOf } from '../../src/engine/sim/jiffies';
import type { NumaBalancingSpec } from '../../src/engine/system/spec';

export const PMD = 512;
export const HZ = 250;
export const clock = clockOf(HZ);

export interface Range { readonly vma: number; readonly from: number; readonly to: number }

/** Where pages are that a scan can change; `take` makes them PROT_NONE and says how many there were. */
export class Memory {
  readonly eligible: Uint8Array;
  readonly visits: number[];

  constructor(vpns: number, is: (vpn: number) => boolean) {
    this.eligible = Uint8Array.from({ length: vpns }, (_, vpn) => (is(vpn) ? 1 : 0));
    this.visits = new Array<number>(vpns).fill(0);
  }

  take(from: number, to: number): number {
    let n = 0;
    for (let vpn = from; vpn < to; vpn++) {
      n += this.eligible[vpn];
      this.eligible[vpn] = 0;
      this.visits[vpn]++;
    }
    return n;
  }
}

/** Runs one pass of the engine; undefined when begin() refuses. Slices are joined to the kernel's ranges, and none crosses a PMD. */
export function enginePass(pass: ScanPass, memory: Memory, now: number): Range[] | undefined {
  if (!pass.begin(now, 0, false)) return undefined;
  const ranges: Range[] = [];
  let from = -1;
  while (pass.next(now)) {
    if (from < 0) from = pass.from;
    assert.ok(pass.to > pass.from && Math.floor(pass.from / PMD) === Math.floor((pass.to - 1) / PMD), `slice ${pass.from} .. ${pass.to}`);
    const { vmaIndex, to, endsRange } = pass;
    pass.account(memory.take(pass.from, pass.to));
    if (!endsRange) continue;
    ranges.push({ vma: vmaIndex, from, to });
    from = -1;
  }
  return ranges;
}

/** numab_state in the words of the kernel's fields; pids as bit masks. */
interface Kept { start: number; prev: number; next: number; reset: number; active: [bigint, bigint] }

export const bitOf = (pid: number): bigint => 1n << ((BigInt(pid) * 0x61c88647n) % 0x1_0000_0000n >> 26n);

/** A second writing of task_numa_work(), whole ranges at a time. */
export class Second {
  offset = 0;
  seq = 0;
  readonly kept = new Map<number, Kept>();

  constructor(private readonly vmas: readonly NumaVma[], private readonly spec: NumaBalancingSpec, private readonly threads: number) {}

  touch(vma: number, pid: number): void {
    const kept = this.kept.get(vma);
    if (kept !== undefined) kept.active[1] |= bitOf(pid);
  }

  private jiffies(ms: number): number {
    return Math.ceil((ms * HZ) / 1000);
  }

  private skips(v: NumaVma, pid: number, now: number, forced: boolean): 'done' | 'pid' | 'other' | 'no' {
    if (v.fileReadOnly) return 'other';
    const delay = this.jiffies(this.spec.scanDelayMs), four = this.jiffies(4 * this.spec.scanDelayMs);
    const kept = this.kept.get(v.index) ?? { start: this.seq, prev: this.seq - 1, next: now + delay, reset: now + delay + four, active: [0n, 0n] };
    this.kept.set(v.index, kept);
    if (this.seq > 0) {
      if (now < kept.next) return 'other';
      if (now > kept.reset) {
        kept.reset += four;
        kept.active = [kept.active[1], 0n];
      }
    }
    if (kept.prev === this.seq) return 'done';
    const recent = ((kept.active[0] | kept.active[1]) & bitOf(pid)) !== 0n;
    return forced || this.seq - kept.start < 2 || recent || this.offset > v.startVpn || this.seq > kept.prev + this.threads ? 'no' : 'pid';
  }

  pass(pid: number, now: number, memory: Memory): Range[] {
    const ranges: Range[] = [];
    let pages = this.spec.scanSizeMb * 256, space = 8 * pages;
    for (const forced of [false, true]) {
      let left = this.vmas.filter((v) => v.endVpn > this.offset);
      let start = this.offset;
      if (left.length === 0) {
        this.seq++;
        this.offset = start = 0;
        left = [...this.vmas];
      }
      let byPid = false;
      for (const v of left) {
        const skip = this.skips(v, pid, now, forced);
        if (skip === 'done') this.offset = v.endVpn;
        if (skip === 'pid') byPid = true;
        if (skip !== 'no') continue;
        for (let end = -1; end !== v.endVpn; start = end) {
          start = Math.max(start, v.startVpn);
          end = Math.min(v.endVpn, (Math.floor((start + pages - 1) / PMD) + 1) * PMD);
          ranges.push({ vma: v.index, from: start, to: end });
          if (memory.take(start, end) > 0) pages -= end - start;
          space -= end - start;
          if (pages > 0 && space > 0) continue;
          this.offset = end;
          return ranges;
        }
        const kept = this.kept.get(v.index);
        if (kept !== undefined) kept.prev = this.seq;
        if (!forced) continue;
        this.offset = v.endVpn;
        return ranges;
      }
      if (!byPid) break;
    }
    this.seq++;
    this.offset = 0;
    return ranges;
  }
}

export const taskOf = (mm: NumaMm, pid: number, spec: NumaBalancingSpec): NumaTask => new NumaTask(pid, mm, 2, spec);

/** One VMA, and a task that scans it. */
export function single(pages: number, spec: NumaBalancingSpec): { mm: NumaMm; task: NumaTask; pass: ScanPass } {
  const mm = new NumaMm();
  mm.vmas.push(new NumaVma(0, 0, pages, false));
  mm.threads = 1;
  const task = taskOf(mm, 100, spec);
  return { mm, task, pass: new ScanPass(task, spec, clock) };
}
