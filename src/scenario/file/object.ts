/** Shapes of objects: fields by name, and objects that come in several forms. */

import type { JsonNode } from './parse';
import { type JsonSchema, type Report, type Shape, stands } from './shape';

/** A field: required, or optional when marked so. */
export interface Field<T, Optional extends boolean> {
  readonly shape: Shape<T>;
  readonly optional: Optional;
}
export const opt = <T>(shape: Shape<T>): Field<T, true> => ({ shape, optional: true });
export const req = <T>(shape: Shape<T>): Field<T, false> => ({ shape, optional: false });

export type Fields = { readonly [name: string]: Field<unknown, boolean> };
type RequiredNames<F extends Fields> = { [K in keyof F]: F[K]['optional'] extends true ? never : K }[keyof F];
type ValueOf<F> = F extends Field<infer T, boolean> ? T : never;
export type ObjectOf<F extends Fields> =
  { readonly [K in RequiredNames<F>]: ValueOf<F[K]> } & { readonly [K in Exclude<keyof F, RequiredNames<F>>]?: ValueOf<F[K]> };

/** Property names with their value nodes; a name that stands twice is a problem. */
export function properties(node: JsonNode, path: string, report: Report): Map<string, JsonNode> {
  const out = new Map<string, JsonNode>();
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    const name: unknown = key?.value;
    if (key === undefined || value === undefined || typeof name !== 'string') continue;
    if (out.has(name)) report.fail(join(path, name), key, 'this name stands a second time in its object; each name may stand once');
    else out.set(name, value);
  }
  return out;
}

export const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** The known name that is nearest to a mistyped one, or undefined. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const letters = (s: string): string => s.toLowerCase().replace(/[^a-z]/g, '');
  const near = (a: string, b: string): boolean => {
    if (a === b || a.startsWith(b) || b.startsWith(a)) return true;
    let i = 0;
    while (i < a.length && a[i] === b[i]) i++;
    return a.slice(i + 1) === b.slice(i) || a.slice(i) === b.slice(i + 1) || a.slice(i + 1) === b.slice(i + 1) || (a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2));
  };
  return name.length < 3 ? undefined : known.find((k) => near(letters(k), letters(name)));
}

export interface ObjectShape<F extends Fields> extends Shape<ObjectOf<F>> {
  readonly fields: F;
}

/** An object with exactly these fields. */
export function object<const F extends Fields>(text: string, fields: F, extra: JsonSchema = {}): ObjectShape<F> {
  const names = Object.keys(fields);
  const required = names.filter((n) => !fields[n].optional);
  const allows = 'an object';
  return {
    fields, allows,
    schema: {
      markdownDescription: text, type: 'object', properties: Object.fromEntries(names.map((n) => [n, fields[n].shape.schema])),
      ...(required.length > 0 ? { required } : {}), additionalProperties: false, ...extra,
    },
    read(node, path, report) {
      if (node.type !== 'object') return report.fail(path, node, `${stands(node)}; ${allows} is allowed`);
      const before = report.problems.length;
      const given = properties(node, path, report);
      const out: Record<string, unknown> = {};
      for (const [name, value] of given) {
        const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
        if (field === undefined) {
          const guess = nearest(name, names);
          report.fail(join(path, name), value.parent ?? value, `this name is not known${guess === undefined ? '' : ` (did you mean "${guess}"?)`}; ${names.join(', ')} are allowed`);
          continue;
        }
        out[name] = field.shape.read(value, join(path, name), report);
      }
      for (const name of required) if (!given.has(name)) report.fail(join(path, name), node, `it is missing; ${fields[name].shape.allows} is needed`);
      return report.problems.length === before ? (out as ObjectOf<F>) : undefined;
    },
  };
}

const NODE_ID = /^(?:0|[1-9]\d{0,3})$/;

/** An object whose property names are node ids. */
export function byNode<T>(text: string, item: Shape<T>): Shape<ReadonlyMap<number, T>> {
  const allows = 'an object whose names are node ids, such as { "1": 4 },';
  return {
    allows,
    schema: { markdownDescription: text, type: 'object', patternProperties: { [NODE_ID.source]: item.schema }, additionalProperties: false },
    read(node, path, report) {
      if (node.type !== 'object') return report.fail(path, node, `${stands(node)}; ${allows} is allowed`);
      const before = report.problems.length;
      const out = new Map<number, T>();
      for (const [name, value] of properties(node, path, report)) {
        const read = NODE_ID.test(name) ? item.read(value, join(path, name), report)
          : report.fail(join(path, name), value.parent ?? value, `${JSON.stringify(name.slice(0, 40))} stands here; a node id such as "1" is allowed`);
        if (read !== undefined) out.set(Number(name), read);
      }
      return report.problems.length === before ? out : undefined;
    },
  };
}

/** Objects whose form is told by the value of one property ("kind"). */
export function byKind<const P extends string, const M extends { readonly [kind: string]: readonly [string, Fields] }>(
  text: string, key: P, forms: M,
): Shape<{ [K in keyof M & string]: ObjectOf<M[K][1]> & { readonly [Key in P]: K } }[keyof M & string]> {
  type Out = { [K in keyof M & string]: ObjectOf<M[K][1]> & { readonly [Key in P]: K } }[keyof M & string];
  const kinds = Object.keys(forms);
  const allows = `one of ${kinds.map((k) => JSON.stringify(k)).join(', ')}`;
  const kindShape = (kind: string): Shape<string> => ({ allows: `only ${JSON.stringify(kind)}`, schema: { const: kind, markdownDescription: forms[kind][0] }, read: () => kind });
  const shapes = new Map(kinds.map((kind) => [kind, object(forms[kind][0], { [key]: req(kindShape(kind)), ...forms[kind][1] })]));
  return {
    allows: 'an object',
    schema: {
      markdownDescription: text, type: 'object', required: [key],
      properties: { [key]: { enum: kinds, markdownDescription: `Which form it has: ${kinds.join(', ')}.`, markdownEnumDescriptions: kinds.map((k) => forms[k][0]) } },
      allOf: kinds.map((kind) => ({ if: { properties: { [key]: { const: kind } }, required: [key] }, then: shapes.get(kind)?.schema })),
    },
    read(node, path, report) {
      if (node.type !== 'object') return report.fail(path, node, `${stands(node)}; an object is allowed`);
      const given = node.children?.find((p) => p.children?.[0]?.value === key)?.children?.[1];
      if (given === undefined) return report.fail(join(path, key), node, `it is missing; ${allows} is needed`);
      const shape = shapes.get(String(given.value));
      if (given.type !== 'string' || shape === undefined) return report.fail(join(path, key), given, `${stands(given)}; ${allows} is allowed`);
      return shape.read(node, path, report) as Out | undefined;
    },
  };
}

/** Objects whose form is told by which property is there; each form is named by its own property. */
export function byProperty<const M extends { readonly [property: string]: Fields }>(
  text: string, forms: M,
): Shape<{ [K in keyof M]: ObjectOf<M[K]> }[keyof M]> {
  type Out = { [K in keyof M]: ObjectOf<M[K]> }[keyof M];
  const names = Object.keys(forms);
  const allows = `exactly one of ${names.join(', ')}`;
  const shapes = new Map(names.map((name) => [name, object(text, forms[name])]));
  return {
    allows: `an object with ${allows}`,
    schema: { markdownDescription: text, type: 'object', oneOf: names.map((name) => shapes.get(name)?.schema) },
    read(node, path, report) {
      if (node.type !== 'object') return report.fail(path, node, `${stands(node)}; an object with ${allows} is allowed`);
      const found = names.filter((name) => node.children?.some((p) => p.children?.[0]?.value === name));
      const shape = shapes.get(found[0] ?? '');
      if (found.length !== 1 || shape === undefined) return report.fail(path, node, `${found.length === 0 ? 'none' : found.join(' and ')} of its forms stands here; ${allows} is allowed`);
      return shape.read(node, path, report) as Out | undefined;
    },
  };
}
