/** Shapes: one description of a piece of the file that reads and checks it, and says the same as JSON Schema to the editor. */

import type { ScenarioProblem } from '../api';
import { grouped } from '../units';
import type { JsonNode } from './parse';

/** A piece of a JSON Schema (draft-07 with VS Code's additions). */
export type JsonSchema = { readonly [key: string]: unknown };

/** Where problems of one reading are collected. */
export class Report {
  readonly problems: ScenarioProblem[] = [];
  readonly warnings: ScenarioProblem[] = [];

  fail(path: string, node: JsonNode, says: string): undefined {
    this.problems.push({ path, offset: node.offset, length: node.length, message: sentence(path, says) });
    return undefined;
  }

  warn(path: string, node: JsonNode, says: string): void {
    this.warnings.push({ path, offset: node.offset, length: node.length, message: sentence(path, says) });
  }
}

export const sentence = (path: string, says: string): string => `${path === '' ? 'The file' : path}: ${says}.`;

/** Reads a node into a value; undefined when a problem was reported. */
export interface Shape<T> {
  read(node: JsonNode, path: string, report: Report): T | undefined;
  readonly schema: JsonSchema;
  /** What is allowed, as the end of "... is allowed". */
  readonly allows: string;
}
export type Infer<S> = S extends Shape<infer T> ? T : never;

const MAX_SHOWN = 40;

/** What stands at a node, for a sentence. */
export function stands(node: JsonNode): string {
  switch (node.type) {
    case 'object': return 'an object stands here';
    case 'array': return `a list of ${node.children?.length ?? 0} stands here`;
    case 'null': return 'null stands here';
    default: {
      const text = JSON.stringify(node.value);
      return `${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text} stands here`;
    }
  }
}

const wrong = (node: JsonNode, path: string, report: Report, allows: string): undefined => report.fail(path, node, `${stands(node)}; ${allows} is allowed`);

interface Says {
  readonly says: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}
const described = (o: Says): JsonSchema => ({
  markdownDescription: o.says, ...(o.default === undefined ? {} : { default: o.default }), ...(o.examples === undefined ? {} : { examples: o.examples }),
});

/** A number from min to max (min itself excluded with above). */
export function num(o: Says & { readonly min: number; readonly max: number; readonly whole?: boolean; readonly above?: boolean }): Shape<number> {
  const allows = `${o.whole ? 'a whole number' : 'a number'} ${o.above ? 'above' : 'from'} ${grouped(o.min)} ${o.above ? 'and up' : ''} to ${grouped(o.max)}`.replace(/ +/g, ' ');
  return {
    allows,
    schema: { ...described(o), type: o.whole ? 'integer' : 'number', ...(o.above ? { exclusiveMinimum: o.min } : { minimum: o.min }), maximum: o.max },
    read(node, path, report) {
      const v: unknown = node.value;
      if (node.type !== 'number' || typeof v !== 'number' || !Number.isFinite(v)) return wrong(node, path, report, allows);
      if (v < o.min || v > o.max || (o.above && v === o.min) || (o.whole && !Number.isInteger(v))) return wrong(node, path, report, allows);
      return v;
    },
  };
}

export const int = (o: Says & { readonly min: number; readonly max: number }): Shape<number> => num({ ...o, whole: true });

/** A text of 1 to max characters (0 with empty). */
export function str(o: Says & { readonly max: number; readonly empty?: boolean; readonly pattern?: string; readonly allows?: string }): Shape<string> {
  const min = o.empty ? 0 : 1;
  const allows = o.allows ?? `a text of ${min} to ${o.max} characters`;
  const pattern = o.pattern === undefined ? undefined : new RegExp(o.pattern);
  return {
    allows,
    schema: { ...described(o), type: 'string', minLength: min, maxLength: o.max, ...(o.pattern === undefined ? {} : { pattern: o.pattern, patternErrorMessage: `Allowed: ${allows}.` }) },
    read(node, path, report) {
      const v: unknown = node.value;
      if (node.type !== 'string' || typeof v !== 'string' || v.length < min || v.length > o.max || pattern?.test(v) === false) return wrong(node, path, report, allows);
      return v;
    },
  };
}

export function bool(o: Says): Shape<boolean> {
  return {
    allows: 'true or false', schema: { ...described(o), type: 'boolean' },
    read: (node, path, report) => (node.type === 'boolean' ? node.value === true : wrong(node, path, report, 'true or false')),
  };
}

/** One of some texts or numbers, each with a sentence. */
export function choice<const T extends string | number>(o: Says & { readonly of: readonly (readonly [T, string])[] }): Shape<T> {
  const values = o.of.map(([v]) => v);
  const allows = values.length === 1 ? `only ${JSON.stringify(values[0])}` : `one of ${values.map((v) => JSON.stringify(v)).join(', ')}`;
  return {
    allows,
    schema: { ...described(o), enum: values, markdownEnumDescriptions: o.of.map(([, says]) => says) },
    read: (node, path, report) => values.find((v) => v === node.value) ?? wrong(node, path, report, allows),
  };
}

export function list<T>(item: Shape<T>, o: Says & { readonly min?: number; readonly max: number }): Shape<T[]> {
  const min = o.min ?? 0;
  const allows = `a list of ${grouped(min)} to ${grouped(o.max)} entries`;
  return {
    allows,
    schema: { ...described(o), type: 'array', items: item.schema, ...(min > 0 ? { minItems: min } : {}), maxItems: o.max },
    read(node, path, report) {
      const children = node.children ?? [];
      if (node.type !== 'array' || children.length < min || children.length > o.max) return wrong(node, path, report, allows);
      const out: T[] = [];
      children.forEach((child, i) => {
        const v = item.read(child, `${path}[${i}]`, report);
        if (v !== undefined) out.push(v);
      });
      return out.length === children.length ? out : undefined;
    },
  };
}

/** The same shape with another description. */
export function says<T>(text: string, shape: Shape<T>): Shape<T> {
  return { ...shape, schema: { ...shape.schema, markdownDescription: text } };
}
