/** Reads JSON values field by field: what is not as it must be throws a FieldError that names the field, which readers turn into a value. */

/** A field that is missing or wrong; thrown inside a reader only, never across a room. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
}

const shown = (value: unknown): string => {
  if (value === undefined) return 'is missing';
  const text = JSON.stringify(value) ?? String(value);
  return `is ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
};

const fail = (path: string, value: unknown, needed: string): never => {
  throw new FieldError(`${path} ${shown(value)}; ${needed} is needed`);
};

/** The fields of an object. */
export function fieldsOf(value: unknown, path: string): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(path, value, 'an object');
  return new Map<string, unknown>(Object.entries(value));
}

/** A list of at most `max` entries. */
export function listOf(value: unknown, path: string, max: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > max) return fail(path, Array.isArray(value) ? `a list of ${value.length}` : value, `a list of at most ${max} entries`);
  return value;
}

export function textOf(value: unknown, path: string, max: number): string {
  if (typeof value !== 'string' || value.length > max) return fail(path, value, `a text of at most ${max} characters`);
  return value;
}

/** A finite number in [min, max]. */
export function numberOf(value: unknown, path: string, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < min || value > max) return fail(path, value, `a number from ${min} to ${max}`);
  return value;
}

/** A whole number in [min, max]. */
export function wholeOf(value: unknown, path: string, min: number, max: number): number {
  const n = numberOf(value, path, min, max);
  return Number.isInteger(n) ? n : fail(path, value, 'a whole number');
}
