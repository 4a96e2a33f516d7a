/** Reclaim of tiering mode wired to the machine: LRU lists, a kswapd task a node, demotion (dossier M11). Exists in numa_balancing mode 2 only. */

import type { Ledger } from '../cost/ledger';
import type { CostTable } from '../cost/table';
import type { Machine } from '../machine/machine';
import type { PageAllocator } from '../mm/alloc/allocator';
import type { Folios } from '../mm/folios';
import { PTE_PRESENT, PTE_STATE } from '../mm/pte';
import { Demotion } from '../mm/reclaim/demotion';
import { Kswapd, SWAP_CLUSTER_MAX } from '../mm/reclaim/kswapd';
import { LruLists } from '../mm/reclaim/lrulists';
import { KswapdTask } from '../mm/reclaim/task';
import { demotionTargets } from '../mm/reclaim/watermarks';
import type { ReverseMap, Vma } from '../mm/vma';
import type { Task } from '../sched/task';

export interface ReclaimHost {
  readonly ledger: Ledger;
  topTier(nid: number): boolean;
  tiering(): boolean;
  shootdown(cpu: number, processes: ReadonlySet<number>, pages: number): number;
  copied(cpu: number, from: number, to: number, pages: number): void;
  armed(vma: Vma, unit: number, units: number): void;
  wake(task: Task, timePs: number): void;
  wakeAt(task: Task, timePs: number): void;
  nowPs(): number;
}

export class Reclaim {
  readonly lists: LruLists;
  readonly tasks: KswapdTask[] = [];

  constructor(private readonly machine: Machine, private readonly rmap: ReverseMap, private readonly allocator: PageAllocator, private readonly host: ReclaimHost) {
    this.lists = new LruLists(machine.frames, machine.nodeIds);
    allocator.wakeKswapd = (nid, order) => this.wake(nid, order);
  }

  /** Makes the kswapd tasks, from ledger row `firstId` on; cpuOf: CPU of a node's kswapd. */
  addTasks(firstId: number, folios: Folios, costs: CostTable, distance: readonly (readonly number[])[], cpuOf: (nid: number) => number): void {
    const { host } = this;
    const demotion = new Demotion(folios, this.lists, {
      cpuOf, referenced: (head) => this.referenced(head), shootdown: (cpu, processes, pages) => host.shootdown(cpu, processes, pages),
      copied: (cpu, from, to, pages) => host.copied(cpu, from, to, pages), armed: (vma, unit, units) => host.armed(vma, unit, units),
    }, SWAP_CLUSTER_MAX);
    const nodes = this.machine.nodes.filter((n) => n.hasMemory).map((n) => n.nid);
    for (const pgdat of this.machine.nodes) {
      if (!pgdat.hasMemory) continue;
      const targets = demotionTargets(pgdat.nid, nodes, (nid) => (host.topTier(nid) ? 0 : 1), distance);
      const kswapd = new Kswapd(pgdat, this.machine, this.allocator, this.lists, targets, demotion, costs, () => host.tiering());
      this.tasks.push(new KswapdTask(firstId + this.tasks.length, kswapd, cpuOf(pgdat.nid), {
        ledger: host.ledger, wake: (task, timePs) => host.wake(task, timePs), wakeAt: (task, timePs) => host.wakeAt(task, timePs),
      }));
    }
  }

  /** wakeup_kswapd(): a first touch fell below the low watermark, or a promotion found its node full. */
  wake(nid: number, order: number): void {
    this.tasks.find((t) => t.kswapd.pgdat.nid === nid)?.wakeup(order, this.host.nowPs());
  }

  /**
   * folio_referenced(), where single accesses are not known: an accessible entry of a page that gets at least an equal share of the accesses has its accessed
   * bit set by the time kswapd comes round again, others have not. Pages of nobody's were not accessed.
   */
  private referenced(head: number): boolean {
    const g = this.rmap.global(head);
    if (g === 0) return false;
    const vma = this.rmap.vmaOf(g);
    const unit = g - vma.firstUnit;
    return (vma.flags[unit] & PTE_STATE) === PTE_PRESENT && vma.hot(unit);
  }
}
