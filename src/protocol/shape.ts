/** Small hand-written checks that compose: each says in a sentence where a value is wrong, or nothing when it fits. */

/** A check of T: "" when the value fits, else one sentence that begins with where it stands. `is` never exists at run time. */
export interface Shape<T> {
  (value: unknown, at: string): string;
  readonly is?: T;
}

/** What stands there, cut short, for a sentence. */
function found(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof ArrayBuffer) return `a buffer of ${value.byteLength} bytes`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

const wrong = (at: string, value: unknown, allowed: string): string => `${at} is ${found(value)}; allowed is ${allowed}.`;

/** An integer from min to max, both included; never NaN, infinite or fractional. */
export const int = (min: number, max: number): Shape<number> => (value, at) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max ? '' : wrong(at, value, `a whole number from ${min} to ${max}`);

/** A finite number from min to max, both included. */
export const real = (min: number, max: number): Shape<number> => (value, at) =>
  typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max ? '' : wrong(at, value, `a number from ${min} to ${max}`);

export const bool: Shape<boolean> = (value, at) => (typeof value === 'boolean' ? '' : wrong(at, value, 'true or false'));

/** A string of at most so many UTF-16 units. */
export const text = (maxChars: number): Shape<string> => (value, at) =>
  typeof value === 'string' && value.length <= maxChars ? '' : wrong(at, value, `a text of at most ${maxChars} characters`);

/** One of a few fixed words. */
export const oneOf = <T extends string>(words: readonly T[]): Shape<T> => (value, at) =>
  words.some(word => word === value) ? '' : wrong(at, value, words.map(word => `"${word}"`).join(', '));

/** A buffer of at most so many bytes, whose length is a multiple of unit. */
export const buffer = (maxBytes: number, unit = 1): Shape<ArrayBuffer> => (value, at) =>
  value instanceof ArrayBuffer && value.byteLength <= maxBytes && value.byteLength % unit === 0
    ? '' : wrong(at, value, `a buffer of at most ${maxBytes} bytes${unit > 1 ? ` in units of ${unit}` : ''}`);

/** A list of at most so many items of one shape. */
export const list = <T>(item: Shape<T>, max: number): Shape<readonly T[]> => (value, at) => {
  if (!Array.isArray(value) || value.length > max) return wrong(at, value, `a list of at most ${max}`);
  for (let i = 0; i < value.length; i++) {
    const text = item(value[i], `${at}[${i}]`);
    if (text !== '') return text;
  }
  return '';
};

/** A list of exactly these shapes. */
export const tuple = <T extends readonly unknown[]>(...items: { readonly [K in keyof T]: Shape<T[K]> }): Shape<T> => (value, at) => {
  if (!Array.isArray(value) || value.length !== items.length) return wrong(at, value, `a list of ${items.length}`);
  for (let i = 0; i < items.length; i++) {
    const text = items[i]?.(value[i], `${at}[${i}]`) ?? '';
    if (text !== '') return text;
  }
  return '';
};

/** The shape, or null. */
export const orNull = <T>(shape: Shape<T>): Shape<T | null> => (value, at) => (value === null ? '' : shape(value, at));

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

type Fields<T> = { readonly [K in keyof T]-?: Shape<Exclude<T[K], undefined>> };

/** An object with every field of T; those named in `optional` may be absent. What else it has is not looked at. */
export function object<T extends object>(fields: Fields<T>, optional: readonly (keyof T & string)[] = []): Shape<T> {
  const names: readonly [string, Shape<unknown>][] = Object.entries<Shape<unknown>>(fields);
  return (value, at) => {
    if (!isRecord(value)) return wrong(at, value, 'an object');
    for (const [name, shape] of names) {
      const inside = value[name];
      if (inside === undefined && optional.some(o => o === name)) continue;
      const text = shape(inside, at === '' ? name : `${at}.${name}`);
      if (text !== '') return text;
    }
    return '';
  };
}

/** A union told apart by its field `type`. */
export function byType<T extends { readonly type: string }>(shapes: { readonly [K in T['type']]: Shape<Extract<T, { readonly type: K }>> }): Shape<T> {
  const known = new Map<string, Shape<unknown>>(Object.entries<Shape<unknown>>(shapes));
  return (value, at) => {
    if (!isRecord(value)) return wrong(at === '' ? 'The message' : at, value, 'an object with a field "type"');
    const type = value['type'];
    const shape = typeof type === 'string' ? known.get(type) : undefined;
    if (!shape) return wrong('type', type, [...known.keys()].map(k => `"${k}"`).join(', '));
    const text = shape(value, '');
    return text === '' ? '' : `Message "${String(type)}": ${text}`;
  };
}

/** Type guard by a shape. */
export const fits = <T>(shape: Shape<T>, value: unknown): value is T => shape(value, '') === '';
