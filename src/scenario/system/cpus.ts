/** CPUs of a machine for the threads of a scenario: which exist, and the next one of a node in turn. */

import type { MachineSpec } from '../../engine/machine/spec';
import type { ObjectOf } from '../file/object';
import type { JsonPath, Places } from '../file/nodes';
import { UNPINNED, type threadShape } from '../file/threadformat';

type ThreadFile = ObjectOf<typeof threadShape.fields>;

export const someNumbers = (values: readonly number[]): string =>
  values.length > 12 ? `${values.slice(0, 12).join(', ')} and ${values.length - 12} more` : values.join(', ');

/** A thread with its CPU found. */
export interface Pinned {
  readonly cpu: number;
  readonly nice: number;
}

/** Deals CPUs: each node's in turn over the whole scenario, so that many processes do not all sit on one CPU. */
export class Cpus {
  private readonly dealt = new Map<number, number>();
  private readonly nodeByCpu = new Map<number, number>();

  constructor(private readonly machine: MachineSpec, private readonly places: Places) {
    for (const node of machine.nodes) for (const cpu of node.cpus) if (!this.nodeByCpu.has(cpu)) this.nodeByCpu.set(cpu, node.nid);
  }

  /** First node that lists a CPU, or undefined when the machine has no such CPU. */
  nodeOf(cpu: number): number | undefined {
    return this.nodeByCpu.get(cpu);
  }

  /** CPUs whose node this is: with numa=fake every node lists all CPUs, yet each belongs to the first one. */
  ofNode(nid: number): readonly number[] {
    return this.machine.nodes.find((n) => n.nid === nid)?.cpus.filter((cpu) => this.nodeByCpu.get(cpu) === nid) ?? [];
  }

  /** Sentence on a node that has no CPU, or undefined when it has one. */
  lacks(nid: number): string | undefined {
    if (this.ofNode(nid).length > 0) return undefined;
    if (this.nodeByCpu.size === 0) return 'no node of this machine has CPUs: its text does not say them; "cpus" for each node of a machine that is written out is needed';
    const nids = [...new Set(this.nodeByCpu.values())].sort((a, b) => a - b), node = this.machine.nodes.find((n) => n.nid === nid);
    return `node ${nid} ${node === undefined ? 'is not in the machine' : node.cpus.length > 0 ? 'lists only CPUs that belong to another node (numa=fake)' : 'has no CPU'}; ${someNumbers(nids)} can be used`;
  }

  /** Sentence on a CPU that does not exist, or undefined when it does. */
  missing(cpu: number): string | undefined {
    if (this.nodeByCpu.has(cpu)) return undefined;
    if (this.nodeByCpu.size === 0) return this.lacks(-1);
    return `CPU ${cpu} is not in the machine; ${someNumbers([...this.nodeByCpu.keys()].sort((a, b) => a - b))} can be used`;
  }

  private next(nid: number): number {
    const cpus = this.ofNode(nid), turn = this.dealt.get(nid) ?? 0;
    this.dealt.set(nid, turn + 1);
    return cpus[turn % cpus.length] ?? -1;
  }

  /** Undefined after a problem was reported. */
  pin(thread: ThreadFile, at: JsonPath): Pinned | undefined {
    const { cpu, node } = thread;
    const fail = (path: JsonPath, says: string): undefined => void this.places.fail(path, says);
    if (cpu !== undefined && node !== undefined) return fail(at, 'both cpu and node stand here; exactly one of them is allowed');
    const wrong = cpu !== undefined ? this.missing(cpu) : node !== undefined ? this.lacks(node) : undefined;
    if (wrong !== undefined) return fail([...at, cpu !== undefined ? 'cpu' : 'node'], wrong);
    if (cpu !== undefined) return { cpu, nice: thread.nice ?? 0 };
    return node === undefined ? fail(at, `neither cpu nor node stands here; ${UNPINNED}`) : { cpu: this.next(node), nice: thread.nice ?? 0 };
  }

  /** The threads of a program, from its list or from the counts by node; empty after a problem was reported. */
  pinAll(program: { readonly threads?: readonly ThreadFile[]; readonly threadsOnNode?: ReadonlyMap<number, number> }, at: JsonPath, field = 'threads'): Pinned[] {
    const { threads, threadsOnNode } = program;
    if ((threads === undefined) === (threadsOnNode === undefined)) {
      this.places.fail(at, `${threads === undefined ? 'neither threads nor threadsOnNode' : 'both threads and threadsOnNode'} stands here; exactly one of them is allowed`);
      return [];
    }
    const out = threads?.map((t, i) => this.pin(t, [...at, field, i]));
    const counted = [...(threadsOnNode ?? [])].flatMap(([node, count]) => {
      const wrong = this.lacks(node);
      if (wrong === undefined) return Array.from({ length: count }, (): Pinned => ({ cpu: this.next(node), nice: 0 }));
      this.places.fail([...at, 'threadsOnNode', String(node)], wrong);
      return [];
    });
    if (threads === undefined && counted.length === 0 && threadsOnNode?.size === 0) this.places.fail([...at, 'threadsOnNode'], 'no node stands here; at least one thread is needed');
    return out === undefined ? counted : out.filter((t) => t !== undefined);
  }
}
