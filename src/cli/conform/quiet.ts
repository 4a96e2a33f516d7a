/** What the stub machine of the traces has no part in: one CPU, one tier, no clock, no wake-ups, no references. */

import type { PolicyHost } from '../../policy/module';

const not = (what: string) => (): never => {
  throw new Error(`${what}() is not part of the conformance machine`);
};

export const QUIET: Pick<PolicyHost, 'wakeUp' | 'put' | 'isolate' | 'putback' | 'topTier' | 'distance' | 'cpu' | 'cpus' | 'nodeOfCpu' | 'jiffies' | 'nowNs'> = {
  wakeUp: () => undefined, put: () => undefined, isolate: not('folio_isolate_lru'), putback: not('folio_putback_lru'), topTier: () => true,
  distance: (from, to) => (from === to ? 10 : 20), cpu: () => 0, cpus: () => 1, nodeOfCpu: () => 0, jiffies: () => 0, nowNs: () => 0,
};
