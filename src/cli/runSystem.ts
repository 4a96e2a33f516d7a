/** What `run` says of a world with programs: progress, who paid, what the checkers found. */

import { CAUSES, CAUSE_NAMES, WAITS, WAIT_NAMES } from '../engine/cost/ledger';
import type { World } from '../engine/sim/world';

const PS_PER_MS = 1e9;

/** Milliseconds by cause over all CPUs, and by wait over all tasks; idle time included. */
function paid(world: World): { readonly cpuMs: Readonly<Record<string, number>>; readonly waitMs: Readonly<Record<string, number>> } {
  const ledger = world.system?.ledgerAt(world.nowPs);
  const sums = (names: readonly string[], width: number, table: Float64Array | undefined): Record<string, number> => Object.fromEntries(names.map((name, i) => {
    let ps = 0;
    for (let at = i; table !== undefined && at < table.length; at += width) ps += table[at];
    return [name, ps / PS_PER_MS];
  }));
  return { cpuMs: sums(CAUSE_NAMES, CAUSES, ledger?.byCpu), waitMs: sums(WAIT_NAMES, WAITS, ledger?.waits) };
}

/** Figures of the programs as plain data for --json; undefined without programs. */
export function systemJson(world: World): object | undefined {
  const { system } = world;
  if (system === undefined) return undefined;
  const p = system.progress();
  return {
    migrator: system.spec.migrator, accesses: p.accesses, localShare: p.accesses > 0 ? p.localAccesses / p.accesses : 0, meanAccessNs: p.accesses > 0 ? p.latencyPs / p.accesses / 1000 : 0,
    stallP99Us: p.stallP99Ps / 1e6, stalls: p.stalls, longestNoReschedMs: system.longestNoReschedPs() / PS_PER_MS, peakUnmapped: system.peakUnmapped(),
    ...paid(world), tasks: system.tasks(), violations: system.violations(),
  };
}

/** The same as lines of text. */
export function systemLines(world: World): string[] {
  const { system } = world;
  if (system === undefined) return [];
  const p = system.progress();
  const { cpuMs, waitMs } = paid(world);
  const times = (of: Readonly<Record<string, number>>): string[] => Object.entries(of).filter(([, ms]) => ms > 0).map(([name, ms]) => `${name} ${ms.toFixed(3)}`);
  return [
    `# programs, ${system.spec.migrator}`, `accesses ${p.accesses}`, `local_share ${(p.accesses > 0 ? p.localAccesses / p.accesses : 0).toFixed(4)}`,
    `mean_access_ns ${(p.accesses > 0 ? p.latencyPs / p.accesses / 1000 : 0).toFixed(1)}`, `stall_p99_us ${(p.stallP99Ps / 1e6).toFixed(2)}`, `stalls ${p.stalls}`,
    `longest_without_resched_ms ${(system.longestNoReschedPs() / PS_PER_MS).toFixed(3)}`, `peak_unmapped ${system.peakUnmapped()}`,
    '# CPU time by cause, ms', ...times(cpuMs), '# time waited by tasks, ms', ...times(waitMs),
    ...system.violations().map((text) => `# checker: ${text}`),
  ];
}
