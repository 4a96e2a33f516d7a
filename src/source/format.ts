/** Numbers and texts of the source room as a person reads them. */

/** 1234567 as "1,234,567"; counts above 2^53 do not occur. */
export function count(n: number): string {
  return Math.round(n).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** "1 batch", "2 batches". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${Math.round(n) === 1 ? one : many}`;
}

/** Simulated time in ps as seconds with microseconds: "1.376000 s". */
export function seconds(ps: number): string {
  return `${(ps / 1e12).toFixed(6)} s`;
}

/** PFNs are shown in hex everywhere. */
export const pfnHex = (pfn: number): string => `0x${pfn.toString(16)}`;

/**
 * A plain text as Markdown that shows just that text on one line: no emphasis, link, code, HTML, icon, list or heading comes out of it.
 * What cannot start markup is left alone, so that the source of a hover stays readable.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>&~|$@]/g, '\\$&')
    .replace(/:\/\//g, ':\\/\\/')
    .replace(/www\./gi, m => `${m.slice(0, 3)}\\.`)
    .replace(/^( ?)([#+=-])/, '$1\\$2')
    .replace(/^( ?\d+)([.)])/, '$1\\$2');
}
