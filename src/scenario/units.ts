/** Amounts as people write them: "2 GiB" of memory as pages of 4 KiB, seconds as integer picoseconds. */

import { PS_PER_S } from '../engine/types';

const UNIT_BYTES: ReadonlyMap<string, number> = new Map([
  ['kib', 2 ** 10], ['mib', 2 ** 20], ['gib', 2 ** 30], ['tib', 2 ** 40], ['pages', 2 ** 12], ['page', 2 ** 12],
]);

/** Source of a regular expression that every readable amount of memory matches. */
export const SIZE_PATTERN = '^\\s*\\d{1,12}(\\.\\d{1,6})?\\s*([KkMmGgTt][Ii][Bb]|[Pp][Aa][Gg][Ee][Ss]?)\\s*$';
export const SIZE_SAYS = 'an amount of memory such as "2 GiB", "512 MiB" or "8192 pages", in whole pages of 4 KiB';

/** Pages of "2 GiB"; undefined when it cannot be read or is no whole number of 4 KiB pages. */
export function parseSize(text: string): number | undefined {
  const m = /^\s*(\d{1,12}(?:\.\d{1,6})?)\s*([a-z]+)\s*$/i.exec(text);
  const bytes = UNIT_BYTES.get(m?.[2].toLowerCase() ?? '');
  if (m === null || bytes === undefined) return undefined;
  const pages = Number(m[1]) * (bytes / 4096);
  return Number.isSafeInteger(pages) ? pages : undefined;
}

/** The shortest exact text for a number of pages. */
export function formatSize(pages: number): string {
  for (const [unit, bytes] of [['TiB', 2 ** 40], ['GiB', 2 ** 30], ['MiB', 2 ** 20]] as const) {
    const each = bytes / 4096;
    if (pages >= each && pages % each === 0) return `${pages / each} ${unit}`;
  }
  return `${pages} pages`;
}

/** Integer picoseconds of a decimal number of seconds written as text, exact to 12 decimals; undefined when it is no such number. */
export function secondsTextToPs(text: string): number | undefined {
  const m = /^(\d{1,9})(?:\.(\d{1,12})\d*)?$/.exec(text);
  if (m === null) return undefined;
  const ps = Number(m[1]) * PS_PER_S + Number((m[2] ?? '').padEnd(12, '0'));
  return Number.isSafeInteger(ps) ? ps : undefined;
}

/** A number with thousands set off, for sentences. */
export const grouped = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 12 });
