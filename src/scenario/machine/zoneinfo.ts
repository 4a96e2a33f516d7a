/** Reads the text of /proc/zoneinfo (mm/vmstat.c, zoneinfo_show_print): zones with span, counts, watermarks and LRU pages. */

import { MAX_NUMNODES, MAX_PFN } from '../../engine/types';
import { MAX_ZONEINFO_BYTES, type TextProblem } from './text';

/** One "Node N, zone NAME" paragraph; a field that the text does not have is absent. */
export interface ZoneText {
  readonly nid: number;
  readonly zone: string;
  /** Of the paragraph's first line. */
  readonly offset: number;
  readonly length: number;
  readonly fields: ReadonlyMap<string, number>;
  readonly protection: readonly number[];
  /** Active and inactive lists and the unevictable ones: all have PG_lru. */
  readonly lruPages: number;
}

export type ZoneinfoResult =
  | { readonly ok: true; readonly zones: readonly ZoneText[] }
  | { readonly ok: false; readonly problems: readonly TextProblem[] };

const HEADER = /^Node\s+(\d+),\s*zone\s+(\S+)\s*$/;
const FIELD = /^\s+(pages free|boost|min|low|high|spanned|present|managed)\s+(\d+)\s*$/;
const START = /^\s+start_pfn:\s+(\d+)\s*$/;
const PROTECTION = /^\s+protection:\s*\(([\d,\s]*)\)\s*$/;
const LRU = /^\s+nr_(zone_)?(?:(?:in)?active_(?:anon|file)|unevictable)\s+(\d+)\s*$/;
const MAX_PROBLEMS = 20;

interface Draft {
  nid: number;
  zone: string;
  offset: number;
  length: number;
  fields: Map<string, number>;
  protection: number[];
  zoneLru: number;
  /** Kernels before 4.8 keep the LRU counters in the zone, without "zone_" in the name. */
  oldLru: number;
  hasZoneLru: boolean;
}

class Reader {
  readonly zones: Draft[] = [];
  readonly problems: TextProblem[] = [];
  private readonly seen = new Set<string>();
  private zone: Draft | undefined;

  fail(offset: number, length: number, message: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ offset, length, message });
  }

  line(text: string, offset: number, number: number): void {
    const header = HEADER.exec(text);
    if (header !== null) return this.begin(header[1], header[2], offset, text.length, number);
    const { zone } = this;
    if (zone === undefined) return;
    const field = FIELD.exec(text) ?? START.exec(text);
    if (field !== null) return this.field(zone, field, text, offset, number);
    const lru = LRU.exec(text);
    if (lru !== null) {
      const pages = Math.min(Number(lru[2]), MAX_PFN);
      if (lru[1] !== undefined) {
        zone.zoneLru += pages;
        zone.hasZoneLru = true;
      } else if (zone.fields.has('pages free')) zone.oldLru += pages;
      return;
    }
    const protection = PROTECTION.exec(text);
    if (protection !== null) zone.protection = protection[1].split(',').map((n) => Math.min(Number(n.trim()), MAX_PFN)).slice(0, 8);
  }

  private begin(nidText: string, name: string, offset: number, length: number, number: number): void {
    const nid = Number(nidText);
    if (nid >= MAX_NUMNODES) this.fail(offset, length, `Line ${number}: node ${nidText} stands here; node ids are below ${MAX_NUMNODES}.`);
    const key = `${nidText} ${name}`;
    if (this.seen.has(key)) this.fail(offset, length, `Line ${number}: node ${nidText}, zone ${name} stands here a second time; each zone is listed once.`);
    this.seen.add(key);
    this.zone = { nid, zone: name, offset, length, fields: new Map(), protection: [], zoneLru: 0, oldLru: 0, hasZoneLru: false };
    this.zones.push(this.zone);
  }

  private field(zone: Draft, m: RegExpExecArray, text: string, offset: number, number: number): void {
    const [name, digits] = m.length === 3 ? [m[1], m[2]] : ['start_pfn', m[1]];
    const value = Number(digits);
    const at = offset + text.lastIndexOf(digits);
    if (value > MAX_PFN) return this.fail(at, digits.length, `Line ${number}: ${name} is ${digits}; page numbers and counts up to ${MAX_PFN.toLocaleString('en-US')} (16 TiB) can be read.`);
    if (zone.fields.has(name)) return this.fail(offset, text.length, `Line ${number}: ${name} stands a second time in node ${zone.nid}, zone ${zone.zone}.`);
    zone.fields.set(name, value);
  }
}

/** Never throws: what cannot be read gives located problems. */
export function parseZoneinfo(text: string): ZoneinfoResult {
  if (text.length > MAX_ZONEINFO_BYTES) {
    return { ok: false, problems: [{ offset: 0, length: 0, message: `The text has ${text.length} characters; a copy of /proc/zoneinfo of at most ${MAX_ZONEINFO_BYTES} is read.` }] };
  }
  const reader = new Reader();
  let offset = 0, number = 1;
  for (const line of text.split('\n')) {
    reader.line(line.endsWith('\r') ? line.slice(0, -1) : line, offset, number++);
    offset += line.length + 1;
  }
  if (reader.zones.length === 0) {
    reader.fail(0, Math.min(text.length, text.indexOf('\n') < 0 ? text.length : text.indexOf('\n')), 'No line "Node N, zone NAME" was found; the text of /proc/zoneinfo is needed.');
  }
  for (const z of reader.zones) missing(z, reader);
  if (reader.problems.length > 0) return { ok: false, problems: reader.problems };
  return {
    ok: true,
    zones: reader.zones.map((z) => ({
      nid: z.nid, zone: z.zone, offset: z.offset, length: z.length, fields: z.fields, protection: z.protection,
      lruPages: z.hasZoneLru ? z.zoneLru : z.oldLru,
    })),
  };
}

function missing(z: Draft, reader: Reader): void {
  if ((z.fields.get('present') ?? 1) === 0) return;
  const lacks = ['pages free', 'min', 'low', 'high', 'spanned', 'present', 'managed', 'start_pfn'].filter((f) => !z.fields.has(f));
  if (lacks.length > 0) reader.fail(z.offset, z.length, `Node ${z.nid}, zone ${z.zone}: ${lacks.join(', ')} cannot be found; is the text cut off?`);
}
