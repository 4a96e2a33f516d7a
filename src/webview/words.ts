/** Sentences of the panel: who did what, with numbers. Each is plain text; links are added by the parts. */

import { PageClass, PAGE_CLASS_NAMES } from '../engine/machine/pageclass';
import type { BatchModel, Level, ThreadModel } from '../protocol/messages';
import { count, plural, shortSeconds } from './format';

/** Classes that are signals, in the fixed order of the stack from the bottom; free is what remains. */
export const STACK: readonly PageClass[] = [
  PageClass.NonLru, PageClass.Lru, PageClass.Right, PageClass.Marked, PageClass.StaleMark, PageClass.Isolated, PageClass.Unmapped, PageClass.Wrong,
];
export const className = (c: number): string => PAGE_CLASS_NAMES[c] ?? `class ${c}`;

/** What a thread is doing, in a few words: "moving 300 of 512 to node 3". */
export function threadText(t: ThreadModel): string {
  const on = `${count(t.held)} of ${count(t.batchFolios)}`;
  switch (t.phase) {
    case 'asleep': return t.wakePs < 0 ? 'asleep' : `asleep until ${shortSeconds(t.wakePs)}`;
    case 'walking': return t.cursorPfn < 0 ? 'walking' : `walking at PFN ${count(t.cursorPfn)}`;
    case 'collecting': return `collecting ${on}`;
    case 'unmapping': return `unmapping ${plural(t.batchFolios, 'folio')}`;
    case 'flushing': return 'flushing the TLB';
    case 'moving': return `moving ${count(t.moved)} of ${count(t.batchFolios)}${t.curNid >= 0 ? ` to node ${t.curNid}` : ''}`;
    case 'dead': return 'dead';
    case 'none': return 'no thread';
  }
}

/** The sentence of the flow band. */
export function flowText(b: BatchModel, short = false): string {
  const to = b.target < 0 ? 'node \u22121' : `node ${b.target}`;
  if (b.folios === 0) return `an empty batch to ${to}`;
  const asked = askedFor(b, b.target);
  const not = b.folios - asked;
  if (short && not > 0) return `${count(b.folios)} to ${to}, ${count(not)} asked elsewhere`;
  const tail = not === 0 ? 'all asked for it' : asked === 0 ? 'none asked for it' : `${count(asked)} asked for it, ${count(not)} did not`;
  return `${count(b.folios)} to ${to}: ${tail}`;
}

/** The sentence for batches that move at once. */
export function severalText(batches: readonly BatchModel[]): string {
  const folios = batches.reduce((n, b) => n + b.folios, 0);
  const right = batches.reduce((n, b) => n + askedFor(b, b.target), 0);
  return `${batches.length} batches, ${count(folios)} folios: ${count(right)} go where they asked, ${count(folios - right)} do not`;
}

/** Folios of a batch that asked for a node. */
export const askedFor = (b: BatchModel, nid: number): number => b.asked.find(([n]) => n === nid)?.[1] ?? 0;

/** "1 cell = 512 PFNs, filled by share of state". */
export function levelText(level: Level): string {
  switch (level) {
    case 'node': return '1 bar = 1 node, filled by share of state';
    case 'zone': return '1 bar = 1 zone, filled by share of state';
    case 'section': return '1 cell = 32,768 PFNs, filled by share of state';
    case 'pageblock': return '1 cell = 512 PFNs, filled by share of state';
    case 'pfn': return '1 cell = 1 PFN of 4 KiB';
  }
}
export const shortLevelText: Readonly<Record<Level, string>> = {
  node: '1 bar = 1 node', zone: '1 bar = 1 zone', section: '1 cell = 32,768 PFNs', pageblock: '1 cell = 512 PFNs', pfn: '1 cell = 1 PFN',
};
export const levelNames: Readonly<Record<Level, string>> = { node: 'Node', zone: 'Zone', section: 'Section', pageblock: 'Pageblock', pfn: 'PFN' };

/** Counts by class as a sentence part: "12 marked, 3 isolated, 497 free"; signals first, "nothing known" for none. */
export function countsText(counts: ArrayLike<number>): string {
  const order = [...[...STACK].reverse(), PageClass.Left, PageClass.Free, PageClass.Offline, PageClass.Foreign, PageClass.Hole];
  const parts = order.filter(c => (counts[c] ?? 0) > 0).map(c => `${count(counts[c] ?? 0)} ${className(c)}`);
  return parts.length > 0 ? parts.join(', ') : 'nothing known yet';
}

/** One page from its byte in the cells: "marked for node 1", "isolated, asked for node 2", "free". */
export function byteText(byte: number, nid: number): string {
  const c = byte & 15;
  const high = byte >> 4;
  const target = high === 0 ? '' : high === 15 ? 'a node above 13' : `node ${high - 1}`;
  switch (c) {
    case PageClass.Marked: return target === '' ? 'marked' : `marked for ${target}`;
    case PageClass.StaleMark: return target === '' ? 'stale mark, not on the LRU' : `stale mark for ${target}, not on the LRU`;
    case PageClass.Isolated:
    case PageClass.Unmapped: return target === '' ? className(c) : `${className(c)}, asked for ${target}`;
    case PageClass.Right: return `moved here, to node ${nid}, as it asked`;
    case PageClass.Wrong: return target === '' ? `moved here, to node ${nid}; it asked for another` : `moved here, to node ${nid}; it asked for ${target}`;
    case PageClass.Left: return target === '' ? 'free; a folio moved away from here' : `free; a folio moved away from here, it asked for ${target}`;
    default: return className(c);
  }
}
