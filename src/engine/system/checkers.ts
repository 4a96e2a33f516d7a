/** Checkers: what must hold at any time between two points, said in a sentence where it does not. They look, and change nothing. */

import { DIRTY, FILE, ISOLATED, KIND_MASK, LRU, UNMAPPED, USED, orderOf } from '../machine/pagestate';
import type { Machine } from '../machine/machine';
import type { KmigratedThread } from '../designs/kmigrated-v1';
import type { PageAllocator } from '../mm/alloc/allocator';
import { PTE_MIGRATION, PTE_NONE, PTE_STATE } from '../mm/pte';
import type { ReverseMap, Vma } from '../mm/vma';
import type { Recorder } from '../observe/recorder';
import type { Ledger } from '../cost/ledger';
import type { Cpus } from '../sched/cpus';

export interface Checked {
  readonly machine: Machine;
  readonly rec: Recorder;
  readonly vmas: readonly Vma[];
  readonly rmap: ReverseMap;
  /** Folios on their way to the LRU. */
  readonly lru: { holds(head: number): boolean };
  readonly allocator: PageAllocator;
  readonly ledger: Ledger;
  readonly cpus: Cpus;
  readonly threads: readonly KmigratedThread[];
  /** Heads that faults hold isolated now. */
  readonly inFaults: readonly number[];
  /** Hint faults that have been counted but not accounted yet. */
  readonly openFaults: number;
  /** Hint faults on PTEs so far, one a fault. */
  readonly faultEvents: number;
  readonly reports: boolean;
}

/** Everything that does not hold now; empty is good. */
export function check(c: Checked): string[] {
  const wrong: string[] = [];
  const say = (text: string): void => {
    if (wrong.length < 20) wrong.push(text);
  };
  mappings(c, say);
  isolated(c, say);
  const buddy = c.allocator.verify();
  if (buddy !== undefined) say(buddy);
  flagWords(c, say);
  marks(c, say);
  for (let cpu = 0; cpu < c.ledger.cpus; cpu++) {
    const sum = c.ledger.ofCpu(cpu), at = c.cpus.accountedPs(cpu);
    if (sum !== at) say(`The ledger of CPU ${cpu} holds ${sum} ps, but ${at} ps have passed on it.`);
  }
  return wrong;
}

type Say = (text: string) => void;

/** A PFN is in one place: the entry says the folio, the folio says the entry; it is in use, and on the LRU, on its way there, or isolated. */
function mappings({ vmas, rmap, lru, machine: { frames } }: Checked, say: Say): void {
  for (const vma of vmas) {
    for (let u = 0; u < vma.units; u += vma.folioUnits) {
      if ((vma.flags[u] & PTE_STATE) === PTE_NONE) continue;
      const head = vma.pfn[u];
      if (rmap.global(head) !== vma.firstUnit + u) say(`Unit ${u} of ${vma.spec.name} maps PFN ${head}, which is mapped by another one.`);
      if ((frames.get(head) & KIND_MASK) !== USED) say(`PFN ${head} of ${vma.spec.name} is no page in use.`);
      else if (!(frames.get(head) & (LRU | ISOLATED)) && !lru.holds(head)) say(`PFN ${head} of ${vma.spec.name} is not on the LRU, on no way to it, and not isolated.`);
      const unmapped = (frames.get(head) & UNMAPPED) !== 0, entry = (vma.flags[u] & PTE_STATE) === PTE_MIGRATION;
      if (unmapped !== entry) say(`Unit ${u} of ${vma.spec.name} and PFN ${head} disagree on whether a migration entry stands there.`);
      if (orderOf(frames.get(head)) !== vma.spec.order) say(`PFN ${head} of ${vma.spec.name} is a folio of another order.`);
      if (vma.spec.content === 'file-dirty' && (frames.get(head) & (FILE | DIRTY)) !== (FILE | DIRTY)) say(`PFN ${head} of ${vma.spec.name} is no longer a dirty file page.`);
    }
  }
}

/** No folio is isolated for ever: each is on a list of a thread, or in a fault. */
function isolated({ vmas, threads, inFaults, machine: { frames } }: Checked, say: Say): void {
  const held = new Set<number>(inFaults);
  for (const t of threads) {
    for (const list of t.lists()) for (let i = 0; i < list.length; i++) held.add(list.heads[i]);
    if (t.job.active) for (let i = 0; i < t.job.list.length; i++) held.add(t.job.list.heads[i]);
    if (t.heldHead >= 0) held.add(t.heldHead);
    if (t.pc === -1) return;
  }
  for (const vma of vmas) {
    for (let u = 0; u < vma.units; u += vma.folioUnits) {
      if ((vma.flags[u] & PTE_STATE) === PTE_NONE) continue;
      const state = frames.get(vma.pfn[u]);
      if (state & ISOLATED && state & LRU) say(`PFN ${vma.pfn[u]} is isolated and on the LRU.`);
      if (state & ISOLATED && !held.has(vma.pfn[u])) say(`PFN ${vma.pfn[u]} of ${vma.spec.name} is isolated, but nobody holds it.`);
    }
  }
}

/** A flag word holds READY and the nid field, nothing else. */
function flagWords({ machine: { frames } }: Checked, say: Say): void {
  const { layout, ready, pfns } = frames;
  const most = layout.withNidLo(layout.readyMask, 0, -1);
  for (let pfn = ready.next(0, pfns); pfn < pfns; pfn = ready.next(pfn + 1, pfns)) {
    const lo = frames.lo(pfn);
    if ((lo & ~most) !== 0) say(`The flag word of PFN ${pfn} has bits outside of READY and nid: ${lo.toString(16)}.`);
    if ((lo & layout.readyMask) === 0) say(`PFN ${pfn} is indexed as READY, but its word says no.`);
  }
}

/** Every hint fault is accounted; every mark is out, consumed, overwritten; every consumed one has its end. Of kmigrated v1: the other designs lose requests in other ways. */
function marks({ rec, machine, threads, reports, openFaults, faultEvents }: Checked, say: Say): void {
  if (threads.length === 0) return;
  const sum = (name: Parameters<Recorder['of']>[1]): number => machine.nodes.reduce((n, node) => n + rec.of(node.nid, name), 0);
  const keptBefore = sum('marks_kept_prepare');
  const out = sum('marks_set') - sum('marks_overwritten') - sum('marks_consumed') + keptBefore + sum('marks_kept_migrate') - sum('marks_cleared');
  const ready = machine.frames.ready.count;
  if (Math.abs(out - ready) > openFaults) say(`${out} marks should be out, but ${ready} pages are READY.`);
  const inHand = threads.reduce((n, t) => n + (t.consuming ? 1 : 0), 0);
  const ended = sum('marks_own_node') + sum('marks_lost_prepare') + sum('folios_isolated') + keptBefore + sum('lost_age') + sum('lost_rate');
  if (sum('marks_consumed') - ended > inHand || ended > sum('marks_consumed')) say(`${sum('marks_consumed')} marks were consumed, but ${ended} have an end.`);
  if (!reports) return;
  const reported = sum('marks_set') + sum('marks_refused');
  if (Math.abs(faultEvents - reported) > openFaults) say(`${faultEvents} hint faults on entries were taken, but ${reported} were reported.`);
}
