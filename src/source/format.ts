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

/** A plain text as Markdown that shows just that text: no emphasis, link, code, HTML, list or heading comes out of it. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+\-.!|~$:@"']/g, c => `&#${c.charCodeAt(0)};`)
    .replace(/&(?!#\d+;)/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\r\n]+/g, ' ');
}
