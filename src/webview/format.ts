/** How figures are written: thousands with comma, times in seconds with a thin space, nodes and PFNs in plain decimal. */

const THIN = '\u2009';

/** 17630 gives "17,630"; negative numbers keep a true minus. */
export function count(n: number): string {
  const digits = String(Math.abs(Math.trunc(n)));
  let out = '';
  for (let i = 0; i < digits.length; i++) out += (i > 0 && (digits.length - i) % 3 === 0 ? ',' : '') + (digits[i] ?? '');
  return n < 0 ? `\u2212${out}` : out;
}

/** Simulated time in seconds to the microsecond, "9.013 000", without the unit. */
export function seconds(ps: number): string {
  const us = Math.floor(ps / 1_000_000);
  const whole = Math.floor(us / 1_000_000);
  const part = String(us % 1_000_000).padStart(6, '0');
  return `${count(whole)}.${part.slice(0, 3)}${THIN}${part.slice(3)}`;
}

/** Time to the millisecond, "10.008 s". */
export const shortSeconds = (ps: number): string => `${(Math.floor(ps / 1e9) / 1e3).toFixed(3)} s`;

/** The part below a microsecond, " 123 456" ps as it stands, for the hover. */
export const exactPs = (ps: number): string => `${count(ps)} ps`;

/** "1 page", "2 pages". */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** 0x2a with at least the digits given. */
export const hex = (n: number, digits = 1): string => `0x${n.toString(16).padStart(digits, '0')}`;

/** Memory of so many pages of 4 KiB, in the largest binary unit that leaves a short number. */
export function memory(pages: number): string {
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = pages * 4;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** Ratio of simulated to real time: 0.01 gives "1 : 100", 0 gives "as fast as it goes". */
export function speedText(ratio: number): string {
  if (ratio === 0) return 'no limit';
  return ratio >= 1 ? `${count(Math.round(ratio))} : 1` : `1 : ${count(Math.round(1 / ratio))}`;
}

/** A share in percent: never 0 % of something and never 100 % of a part. */
export function share(part: number, whole: number): string {
  if (whole === 0) return '\u2013';
  const p = (100 * part) / whole;
  if (part > 0 && p < 1) return '< 1 %';
  if (part < whole && p > 99) return '> 99 %';
  return `${Math.round(p)} %`;
}
