/**
 * What migrate_pages() does to one folio: unmap, move, undo (migrate_folio_unmap(), migrate_folio_move(), migrate_folio_undo_src() of 6.16), shared by
 * kmigrated's batches and by the migration inside a hint fault.
 */

import type { CostTable } from '../cost/table';
import type { Machine } from '../machine/machine';
import { DIRTY, FILE, FOLIO, ISOLATED, NOEXT, STORY_LEFT, STORY_RIGHT, STORY_WRONG, UNMAPPED, USED, orderBits, orderOf } from '../machine/pagestate';
import type { Probe } from '../observe/probe';
import type { Recorder } from '../observe/recorder';
import { CPUPID_UNSET } from './balance/cpupid';
import type { PageAllocator } from './alloc/allocator';
import type { LruBatches } from './alloc/lrubatch';
import { PageTables } from './pagetables';
import { PTE_MIGRATION, PTE_NONE, PTE_PRESENT, PTE_STATE, PTE_WAS_PROTNONE, PTE_PROTNONE, PTE_WRITE } from './pte';
import type { ReverseMap, Vma } from './vma';

/** Why a folio cannot be migrated now. */
export const Refusal = { None: 0, Locked: 1, Writeback: 2, Pinned: 3 } as const;
export type Refusal = (typeof Refusal)[keyof typeof Refusal];

/** What the rest of the machine does when entries change. */
export interface FolioHost {
  /** The entries of a VMA's units begin to fault: lets patterns know. */
  armed(vma: Vma, unit: number, units: number): void;
  /** Waiters on the migration entries of units can go on at a time. */
  restored(vma: Vma, unit: number, units: number): void;
  /** A folio has come to a node. */
  moved(vma: Vma, unit: number, units: number, fromNid: number, toNid: number): void;
  /** Whether a node is of the top tier. */
  topTier(nid: number): boolean;
}

export class Folios {
  /** Base pages under migration entries now, and at most so far. */
  unmappedPages = 0;
  peakUnmapped = 0;
  /** Processes with mm->tlb_flush_batched pending: an accessible entry of theirs was unmapped for a batched flush, and nobody has flushed the whole mm since. */
  private readonly flushBatched = new Set<number>();
  /** Heads that munmap() left to whoever holds them isolated. */
  private readonly gone = new Set<number>();
  readonly tables: PageTables;
  /** What the lab measures, where it does. */
  probe: Probe | undefined;

  constructor(
    readonly machine: Machine, readonly costs: CostTable, readonly rec: Recorder, readonly rmap: ReverseMap, readonly allocator: PageAllocator,
    readonly lru: LruBatches, private readonly host: FolioHost, private readonly tiering: () => boolean,
  ) {
    this.tables = new PageTables(allocator);
  }

  /** alloc_misplaced_dst_folio() for a folio on a node: the head of the destination, or -1. */
  destination(cpu: number, order: number, nid: number): number {
    const head = this.machine.nodeData(nid) === undefined ? -1 : this.allocator.alloc(cpu, nid, order, 'this-node');
    if (head >= 0) this.rec.count(nid, 'numa_hit', 1);
    return head;
  }

  /** Whether trylock, writeback or extra references stop the folio; which ones do follows a hash of its unit, so it is the same every time. */
  refusal(head: number): Refusal {
    const g = this.rmap.global(head);
    if (g === 0) return Refusal.None;
    const { spec } = this.rmap.vmaOf(g);
    if (spec.lockedShare + spec.writebackShare + spec.pinnedShare === 0) return Refusal.None;
    const x = (Math.imul(g ^ (g >>> 16), 0x45d9f3b) >>> 0) / 0x1_0000_0000;
    if (x < spec.lockedShare) return Refusal.Locked;
    if (x < spec.lockedShare + spec.writebackShare) return Refusal.Writeback;
    return x < spec.lockedShare + spec.writebackShare + spec.pinnedShare ? Refusal.Pinned : Refusal.None;
  }

  /** The process whose page tables map a folio, or -1. */
  processOf(head: number): number {
    const g = this.rmap.global(head);
    return g === 0 ? -1 : this.rmap.vmaOf(g).process;
  }

  /** try_to_migrate(): every entry of the folio becomes a migration entry. Returns whether a CPU may hold a translation (the entry was accessible). */
  unmap(head: number): boolean {
    const { frames } = this.machine;
    const order = orderOf(frames.get(head));
    frames.update(head, 1 << order, 0, UNMAPPED);
    this.unmappedPages += 1 << order;
    this.peakUnmapped = Math.max(this.peakUnmapped, this.unmappedPages);
    this.probe?.unmapped(head);
    const g = this.rmap.global(head);
    if (g === 0) return false;
    const vma = this.rmap.vmaOf(g);
    const first = g - vma.firstUnit;
    let accessible = false;
    for (let u = first; u < first + vma.folioUnits; u++) {
      const pte = vma.flags[u];
      const state = pte & PTE_STATE;
      if (state === PTE_PRESENT) accessible = true;
      vma.flags[u] = PTE_MIGRATION | (pte & PTE_WRITE) | (state === PTE_PROTNONE ? PTE_WAS_PROTNONE : 0);
    }
    this.host.armed(vma, first, vma.folioUnits);
    if (accessible && !vma.spec.pmdMapped) this.flushBatched.add(vma.process);
    return accessible || vma.spec.pmdMapped;
  }

  /** flush_tlb_batched_pending(): whether whoever changes entries of a process now must flush its mm first; asked once (dossier M3). */
  takeFlushPending(process: number): boolean {
    return this.flushBatched.size > 0 && this.flushBatched.delete(process);
  }

  /** remove_migration_ptes() to a folio: accessible again, PROT_NONE is forgotten, writable only where the migration entry was. */
  private remap(vma: Vma, first: number, pfn: number): void {
    for (let i = 0; i < vma.folioUnits; i++) {
      vma.flags[first + i] = PTE_PRESENT | (vma.flags[first + i] & PTE_WRITE);
      vma.pfn[first + i] = pfn + i * vma.unitPages;
    }
  }

  /** migrate_folio_move(): the destination takes the place of the source, which is freed; right: it is the node that was asked for. */
  move(cpu: number, head: number, dst: number, right: boolean): void {
    this.probe?.released(head);
    const { frames } = this.machine;
    const state = frames.get(head);
    const order = orderOf(state);
    const pages = 1 << order;
    const fromNid = frames.owners.nid(head), toNid = frames.owners.nid(dst);
    const next = USED | FOLIO | orderBits(order) | (state & (FILE | DIRTY)) | (right ? STORY_RIGHT : STORY_WRONG);
    for (let p = dst; p < dst + pages; p++) frames.set(p, (frames.get(p) & NOEXT) | next);
    this.unmappedPages -= pages;
    const g = this.rmap.global(head);
    this.rmap.clear(head);
    if (g !== 0) {
      const vma = this.rmap.vmaOf(g);
      const first = g - vma.firstUnit;
      this.rmap.set(dst, vma, first);
      this.remap(vma, first, dst);
      if (this.tiering() && this.host.topTier(fromNid) !== this.host.topTier(toNid)) vma.cpupid[first] = CPUPID_UNSET;
      this.host.moved(vma, first, vma.folioUnits, fromNid, toNid);
      this.host.restored(vma, first, vma.folioUnits);
    }
    this.release(cpu, head);
    this.lru.lruAdd(cpu, dst);
  }

  /** Frees the source of a move. */
  private release(cpu: number, head: number): void {
    this.lru.put(cpu, head, STORY_LEFT);
  }

  /** migrate_folio_undo_src() and _dst(): the source is mapped again as it was (but accessible), the destination freed. */
  undo(cpu: number, head: number, dst: number): void {
    this.probe?.mapped(head);
    const { frames } = this.machine;
    const order = orderOf(frames.get(head));
    frames.update(head, 1 << order, UNMAPPED, 0);
    this.unmappedPages -= 1 << order;
    const g = this.rmap.global(head);
    if (g !== 0) {
      const vma = this.rmap.vmaOf(g);
      this.remap(vma, g - vma.firstUnit, head);
      this.host.restored(vma, g - vma.firstUnit, vma.folioUnits);
    }
    this.allocator.free(cpu, dst, order, 0);
  }

  /** A folio that was unmapped by munmap() while it was isolated: only the isolation's reference is left, so it is freed. */
  isGone(head: number): boolean {
    return this.gone.size > 0 && this.gone.has(head);
  }

  /** Source and destination of a move that nobody maps any more. */
  dropUnmapped(cpu: number, head: number, dst: number): void {
    this.probe?.released(head);
    const { frames } = this.machine;
    const order = orderOf(frames.get(head));
    this.unmappedPages -= 1 << order;
    this.gone.delete(head);
    this.lru.put(cpu, head, 0);
    this.allocator.free(cpu, dst, order, 0);
  }

  /** folio_put() of the last reference. */
  free(cpu: number, head: number): void {
    this.probe?.released(head);
    this.gone.delete(head);
    this.lru.put(cpu, head, 0);
  }

  /** putback_movable_pages() of one folio. */
  putBack(cpu: number, head: number): void {
    this.probe?.released(head);
    const { frames } = this.machine;
    frames.update(head, 1 << orderOf(frames.get(head)), ISOLATED, 0);
    // folio_add_lru(): into the batch of the CPU that puts it back
    this.lru.lruAdd(cpu, head);
  }

  /** munmap() of one folio by its owner: entries go, the folio is freed unless somebody holds it isolated. */
  zap(cpu: number, vma: Vma, first: number): void {
    const { frames } = this.machine;
    const head = vma.pfn[first];
    const waited = (vma.flags[first] & PTE_STATE) === PTE_MIGRATION;
    for (let u = first; u < first + vma.folioUnits; u++) vma.flags[u] = PTE_NONE;
    // whoever waits on the entry looks again, and finds none
    if (waited) this.host.restored(vma, first, vma.folioUnits);
    this.rmap.clear(head);
    this.host.moved(vma, first, vma.folioUnits, frames.owners.nid(head), -1);
    if (frames.get(head) & ISOLATED) this.gone.add(head);
    else this.free(cpu, head);
  }
}
