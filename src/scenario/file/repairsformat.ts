/** `design.repairs` of a scenario file: "all", or a list of the repairs of kmigrated v1. */

import { ALL_V1_REPAIRS, V1_REPAIRS, inOrder } from '../../engine/designs/kmigrated-v1-repairs';
import type { V1Repair } from '../../engine/spec';
import { type Shape, choice, list, stands } from './shape';

const each = list(choice({ says: 'A defect of the register (dossier A.7), or a way to walk or to batch.', of: V1_REPAIRS.map((r) => [r.id, r.says] as const) }), {
  says: 'Repairs.', max: V1_REPAIRS.length,
});
const text = 'What of kmigrated v1 is repaired: `"all"`, or a list such as `["D1", "D2"]`. Without it the thread runs as posted. Nothing is repaired where another design moves the pages.';

export const repairsShape: Shape<readonly V1Repair[]> = {
  allows: '"all" or a list of repairs',
  schema: { markdownDescription: text, oneOf: [{ const: 'all' }, each.schema], default: [] },
  read(node, path, report) {
    if (node.value === 'all' && node.type === 'string') return ALL_V1_REPAIRS;
    if (node.type !== 'array') return report.fail(path, node, `${stands(node)}; "all" or a list of repairs such as ["D1", "D2"] is allowed`);
    const found = each.read(node, path, report);
    return found === undefined ? undefined : inOrder(found);
  },
};
