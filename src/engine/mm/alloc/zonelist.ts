/** Fallback order of the nodes: build_zonelists() and find_next_best_node() of mm/page_alloc.c (6.16), by distance with the kernel's tie breaks. */

const MAX_NODES = 1024;

/**
 * By node id: the nodes to try, the node itself first when it has memory. distance[from][to] as in SLIT. Among equals a node with a higher number than one's own,
 * without CPUs, and first of its distance group less often comes first.
 */
export function fallbackOrders(nodeIds: number, hasMemory: (nid: number) => boolean, hasCpus: (nid: number) => boolean, distance: readonly (readonly number[])[]): Int32Array[] {
  const load = new Int32Array(nodeIds);
  const far = (from: number, to: number): number => distance[from]?.[to] ?? (from === to ? 10 : 20);
  const best = (node: number, used: Uint8Array): number => {
    if (used[node] === 0 && hasMemory(node)) return node;
    let found = -1, least = Infinity;
    for (let n = 0; n < nodeIds; n++) {
      if (used[n] !== 0 || !hasMemory(n)) continue;
      const value = (far(node, n) + (n < node ? 1 : 0) + (hasCpus(n) ? 1 : 0)) * MAX_NODES + load[n];
      if (value < least) {
        least = value;
        found = n;
      }
    }
    return found;
  };
  return Array.from({ length: nodeIds }, (_, node) => {
    const order: number[] = [];
    const used = new Uint8Array(nodeIds);
    let previous = node;
    for (let n = best(node, used); n >= 0; n = best(node, used)) {
      used[n] = 1;
      if (far(node, n) !== far(node, previous)) load[n]++;
      order.push(n);
      previous = n;
    }
    return Int32Array.from(order);
  });
}
