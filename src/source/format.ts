/** Numbers and texts of the source room as a person reads them. */

/** 1234567 as "1,234,567"; counts above 2^53 do not occur. */
export function count(n: number): string {
  return Math.round(n).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** "1 batch", "2 batches". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${Math.round(n) === 1 ? one : many}`;
}

/** Simulated time in ps as seconds to the microsecond, in groups: "1.376 000 s" with a thin space. */
export function seconds(ps: number): string {
  const us = Math.floor(ps / 1e6);
  const fraction = (us % 1e6).toString().padStart(6, '0');
  return `${count(Math.floor(us / 1e6))}.${fraction.slice(0, 3)}\u2009${fraction.slice(3)} s`;
}

/** A PFN as the map and the log write it, with its hex form as tools print it: "17,088 (0x42c0)". */
export const pfnText = (pfn: number): string => `${count(pfn)} (0x${pfn.toString(16)})`;

/**
 * A plain text as Markdown that shows just that text on one line: no emphasis, link, code, HTML, icon, list or heading comes out of it.
 * What cannot start markup is left alone, so that the source of a hover stays readable.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[^\S\u2009]+/g, ' ')
    .replace(/[\\`*_[\]<>&~|$@]/g, '\\$&')
    .replace(/:\/\//g, ':\\/\\/')
    .replace(/www\./gi, m => `${m.slice(0, 3)}\\.`)
    .replace(/^( ?)([#+=-])/, '$1\\$2')
    .replace(/^( ?\d+)([.)])/, '$1\\$2');
}
