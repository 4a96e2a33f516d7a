/** What of a scenario no recorded run of a real kernel has: the part of a result that nothing real was ever held against. */

import type { WorldSpec } from '../engine/spec';
import type { ProcessSpec, SystemSpec } from '../engine/system/spec';

/** The recorded runs (kernel-runs): one program of sweeps over private anonymous memory, mode 1, HZ=250, x86-64 with IPIs, two or four nodes, 4 KiB folios. */
const RUNS_HZ = 250;
const RUNS_NODES = 4;

const KINDS: Readonly<Record<ProcessSpec['patterns'][number]['kind']['kind'], string>> = {
  uniform: 'uniform accesses', zipf: 'zipf accesses', hotset: 'a hot set', stream: 'streaming', recorded: 'a recorded trace',
};

function ofMappings(processes: readonly ProcessSpec[]): string[] {
  const vmas = processes.flatMap((p) => p.vmas);
  const out: string[] = [];
  if (vmas.some((v) => v.pmdMapped)) out.push('THPs');
  if (vmas.some((v) => v.order > 0 && !v.pmdMapped)) out.push('large folios');
  if (vmas.some((v) => v.content !== 'anon')) out.push('pages of files');
  if (vmas.some((v) => v.pinnedShare + v.lockedShare + v.writebackShare > 0)) out.push('pinned, locked or written-back folios');
  return out;
}

function ofPrograms(processes: readonly ProcessSpec[]): string[] {
  const kinds = new Set(processes.flatMap((p) => p.patterns.map((q) => KINDS[q.kind.kind])));
  const out = [...kinds];
  if (processes.length > 1) out.push('more than one process');
  if (processes.some((p) => p.threads.some((t) => t.duty < 1))) out.push('threads with a duty below 100 %');
  return out;
}

function ofKernel(system: SystemSpec): string[] {
  const { numaBalancing, kthread, tlb } = system;
  const out: string[] = [];
  if (system.migrator === 'none') out.push('nobody who migrates');
  if (numaBalancing.mode !== 1) out.push(`NUMA balancing mode ${numaBalancing.mode}`);
  if (numaBalancing.repairBackoff) out.push('the repaired feedback of the scan period (M4)');
  if (tlb !== 'ipi') out.push(`shootdowns by ${tlb}`);
  if (kthread.cpu !== undefined || kthread.node !== undefined || kthread.nice !== 0) out.push('kthreads with a CPU or priority of their own');
  if (system.metadataNode !== undefined) out.push('struct page on another node');
  return out;
}

/** What a world with programs has that none of the recorded runs has, in words for a list; empty where they cover it, and for worlds without programs. */
export function uncovered(spec: WorldSpec): readonly string[] {
  const { system, design, machine, workload } = spec;
  if (system === undefined) return [];
  const out = [...ofKernel(system), ...ofMappings(system.processes), ...ofPrograms(system.processes)];
  if (design.hz !== RUNS_HZ) out.push(`HZ=${design.hz}`);
  if (design.wordBits !== 64) out.push('32-bit words');
  if (system.migrator === 'kmigrated-v1' && (design.repairs ?? []).length > 0) out.push('repairs of kmigrated v1');
  if (machine.nodes.length > RUNS_NODES) out.push(`${machine.nodes.length} nodes`);
  if (workload.length > 0) out.push('marks that no fault has set');
  return out;
}
