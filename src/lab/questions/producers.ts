/** What a request costs its producer, by the structure that takes it and the number of CPUs that produce at once: formulae over the cost table, no run. */

import type { CostTable } from '../../engine/cost/table';
import { DEFERRED_DEFAULTS } from '../../engine/designs/options';

/** A cache line that comes from another CPU, ps: 80 to 120 ns across dies, soft. */
export const LINE_BOUNCE_PS = 100_000;

export interface ProducerCost {
  readonly cpus: number;
  /** ns a request. */
  readonly lock: number;
  readonly lockless: number;
  readonly perCpu: number;
  readonly flags: number;
}

/**
 * One producer makes a request every hint fault (hintFaultPs apart). lock: one lock for all, a closed queue of N customers with that think time and a service of
 * mutexPs + recordUpdatePs + a bounced line: max(service, N x service - think). lockless: one list head, a compare-exchange on a bounced line for each request,
 * the same queue with that service. perCpu: an append, and its share of pushing a full buffer and of a wake-up. flags: the nid exchange and two bits, as v1 does.
 */
export function producerCosts(costs: CostTable, cpus: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256]): ProducerCost[] {
  const { entries } = DEFERRED_DEFAULTS['cpu-buffers'];
  const queue = (n: number, servicePs: number): number => Math.max(servicePs, n * servicePs - costs.hintFaultPs) / 1000;
  return cpus.map((n) => {
    const bounce = n > 1 ? LINE_BOUNCE_PS : 0;
    return {
      cpus: n, lock: queue(n, costs.mutexPs + costs.recordUpdatePs + bounce), lockless: queue(n, costs.markSetBitPs + bounce),
      perCpu: (costs.bufferAddPs + (costs.bufferPushPs + costs.wakeUpPs) / entries) / 1000, flags: (costs.markXchgPs + 2 * costs.markSetBitPs) / 1000,
    };
  });
}
