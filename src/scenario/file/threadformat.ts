/** How a scenario file says where a thread runs: on one CPU, named or dealt from a node. */

import { MAX_CPU, cpuNumber, nid } from './common';
import { object, opt } from './object';
import { int, num, type Shape, stands } from './shape';

/** The sentence for threads without a CPU of their own. */
export const UNPINNED = "a thread that may run on any CPU is refused, since the scheduler's NUMA placement is not modelled; a CPU number (\"cpu\") or a node (\"node\") for each thread is allowed";

/** A CPU number; "any" gets the sentence on what is not modelled. */
function pinned(text: string): Shape<number> {
  const shape = cpuNumber(text);
  return {
    ...shape,
    read(node, path, report) {
      const v: unknown = node.value;
      if (v === 'any' || v === '*' || v === -1 || node.type === 'null') return report.fail(path, node, `${stands(node)}; ${UNPINNED}`);
      return shape.read(node, path, report);
    },
  };
}

export const threadShape = object('A thread, pinned to one CPU.', {
  cpu: opt(pinned(`The only CPU it runs on, 0 to ${MAX_CPU}. Either this or \`node\`.`)),
  node: opt(nid('The next CPU of this node, dealt in turn over the whole scenario. Either this or `cpu`.')),
  nice: opt(int({ says: 'Nice value.', min: -20, max: 19, default: 0 })),
});

/** Of every thread of a program. */
export const THREAD_COMMON = {
  thinkNs: opt(num({ says: 'CPU time before every access, in ns: what the program does with the data.', min: 0, max: 1e9, default: 0 })),
  duty: opt(num({ says: 'Share of time that its CPU is its own; the rest is taken by work that the model does not look into (busy machine).', min: 0, above: true, max: 1, default: 1 })),
} as const;
