/** Finding places in a parsed file again, for problems that only show after it was read as a whole. */

import type { JsonNode } from './parse';
import type { Report } from './shape';

export type JsonPath = readonly (string | number)[];

/** "workload[1].targets[0]". */
export function pathText(path: JsonPath): string {
  return path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`), '');
}

/** The value at a path, or the nearest one above it that exists. */
export function nodeAt(root: JsonNode, path: JsonPath): JsonNode {
  let node = root;
  for (const part of path) {
    const next = typeof part === 'number'
      ? node.type === 'array' ? node.children?.[part] : undefined
      : node.type === 'object' ? node.children?.find((p) => p.children?.[0]?.value === part)?.children?.[1] : undefined;
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

/** Problems and warnings by path. */
export class Places {
  constructor(private readonly root: JsonNode, private readonly report: Report) {}

  fail(path: JsonPath, says: string): void {
    this.report.fail(pathText(path), nodeAt(this.root, path), says);
  }

  warn(path: JsonPath, says: string): void {
    this.report.warn(pathText(path), nodeAt(this.root, path), says);
  }

  get failed(): boolean {
    return this.report.problems.length > 0;
  }
}
