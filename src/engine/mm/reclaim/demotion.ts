/**
 * What kswapd does with cold folios: demote_folio_list() as one migrate_pages() call to a lower tier, and the reclaim of clean page cache. Simplified: the whole call
 * of at most 32 pages happens in one instant, so nobody meets its migration entries, and the cost follows; a dropped page comes back by a first touch, its read from
 * the disk is not charged.
 */

import { STORY_MASK, ISOLATED, orderOf } from '../../machine/pagestate';
import type { Vma } from '../vma';
import { type Folios, Refusal } from '../folios';
import type { LruLists } from './lrulists';
import type { ReclaimHost } from './kswapd';

export interface DemotionHost {
  /** CPU that a node's kswapd runs on. */
  cpuOf(nid: number): number;
  /** folio_referenced(): accessed since the last question; clears the accessed bits. */
  referenced(head: number): boolean;
  /** One flush for all folios that were unmapped while a CPU could hold their translation; returns what the initiator pays, ps. */
  shootdown(cpu: number, processes: ReadonlySet<number>, pages: number): number;
  copied(cpu: number, from: number, to: number, pages: number): void;
  /** Entries of a VMA's units are none now: their next access faults. */
  armed(vma: Vma, unit: number, units: number): void;
}

export class Demotion implements ReclaimHost {
  private readonly dst: Float64Array;
  private readonly flush = new Set<number>();

  constructor(private readonly folios: Folios, private readonly lists: LruLists, private readonly host: DemotionHost, most: number) {
    this.dst = new Float64Array(most);
  }

  referenced(head: number): boolean {
    return this.host.referenced(head);
  }

  demote(heads: Uint32Array, count: number, nid: number, targets: Int32Array, done: Uint8Array): number {
    const { folios, dst } = this;
    const { costs } = folios;
    const cpu = this.host.cpuOf(nid);
    let cost = costs.migrateCallPs, flushPages = 0, end = 0;
    this.flush.clear();
    for (; end < count; end++) {
      const head = heads[end];
      const refusal = folios.refusal(head);
      cost += costs.allocFolioPs;
      dst[end] = -1;
      const to = this.destination(cpu, this.order(head), targets);
      // the first failed allocation ends the call; this folio is counted, the untried ones are not
      if (to < 0) {
        this.failed(nid, head, 'fail_enomem');
        break;
      }
      if (refusal === Refusal.Locked || refusal === Refusal.Writeback) {
        folios.allocator.free(cpu, to, this.order(head), 0);
        this.failed(nid, head, refusal === Refusal.Locked ? 'fail_locked' : 'fail_writeback');
        continue;
      }
      dst[end] = to;
      cost += costs.unmapFolioPs;
      const process = folios.processOf(head);
      if (folios.unmap(head)) {
        this.flush.add(process);
        flushPages += 2 ** this.order(head);
      }
    }
    if (flushPages > 0) cost += this.host.shootdown(cpu, this.flush, flushPages);
    for (let i = 0; i < end; i++) if (dst[i] >= 0) cost += this.move(cpu, heads[i], dst[i], nid, done, i);
    return cost;
  }

  /** demote_folio_list() is migrate_pages(): what stays behind is counted as there. */
  private failed(nid: number, head: number, cause: 'fail_enomem' | 'fail_locked' | 'fail_writeback' | 'fail_pinned'): void {
    const order = this.order(head);
    this.folios.rec.count(nid, cause, 1);
    this.folios.rec.count(nid, 'pgmigrate_fail', 1 << order);
    if (order === 9) this.folios.rec.count(nid, 'thp_migration_fail', 1);
  }

  drop(head: number): number {
    const { folios } = this;
    const { frames } = folios.machine;
    if (folios.refusal(head) !== Refusal.None) return -1;
    const cpu = this.host.cpuOf(frames.owners.nid(head));
    const global = folios.rmap.global(head);
    frames.update(head, 2 ** this.order(head), ISOLATED, 0);
    if (global === 0) folios.free(cpu, head);
    else {
      const vma = folios.rmap.vmaOf(global);
      const unit = global - vma.firstUnit;
      folios.zap(cpu, vma, unit);
      this.host.armed(vma, unit, vma.folioUnits);
    }
    return folios.costs.unmapFolioPs;
  }

  private order(head: number): number {
    return orderOf(this.folios.machine.frames.get(head));
  }

  private destination(cpu: number, order: number, targets: Int32Array): number {
    for (let i = 0; i < targets.length; i++) {
      const to = this.folios.destination(cpu, order, targets[i]);
      if (to >= 0) return to;
    }
    return -1;
  }

  /** migrate_folio_move() of one folio; extra references of a pinned one stop it. */
  private move(cpu: number, head: number, to: number, nid: number, done: Uint8Array, at: number): number {
    const { folios } = this;
    const { costs } = folios;
    const { frames } = folios.machine;
    if (folios.refusal(head) === Refusal.Pinned) {
      folios.undo(cpu, head, to);
      this.failed(nid, head, 'fail_pinned');
      return costs.remapFolioPs;
    }
    const order = this.order(head), pages = 1 << order;
    this.lists.inherit(head, to);
    folios.move(cpu, head, to, true);
    // the map's story is about kmigrated alone
    frames.update(to, pages, STORY_MASK, 0);
    done[at] = 1;
    const toNid = frames.owners.nid(to);
    this.host.copied(cpu, nid, toNid, pages);
    folios.rec.count(nid, 'pgdemote_kswapd', pages);
    folios.rec.count(nid, 'pgmigrate_success', pages);
    if (order === 9) folios.rec.count(nid, 'thp_migration_success', 1);
    return (order === 0 ? costs.copyPagePs : pages * costs.copyLargePagePs) + costs.remapFolioPs;
  }
}
