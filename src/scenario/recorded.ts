/** Recorded lists of requests: text lines "seconds pfn nid", and back. */

import { MAX_DURATION_PS, MAX_NUMNODES, MAX_PFN, PS_PER_S } from '../engine/types';
import type { RecordedMarks } from '../engine/workload/spec';
import { grouped, secondsTextToPs } from './units';

export const MAX_RECORDED_BYTES = 64 * 1024 * 1024;

export type RecordedResult = { readonly ok: true; readonly marks: RecordedMarks } | { readonly ok: false; readonly says: string };

/** Collects the three columns and checks each request. */
class Columns {
  private readonly times: number[] = [];
  private readonly pfns: number[] = [];
  private readonly nids: number[] = [];

  /** Undefined when the request is fine, else what is wrong with it. */
  add(timePs: number | undefined, pfn: number, nid: number): string | undefined {
    if (timePs === undefined || timePs < 0 || timePs > MAX_DURATION_PS) return 'the time is no number of seconds from 0 to 7,200';
    const last = this.times[this.times.length - 1];
    if (last !== undefined && timePs < last) return `the time lies before the one above (${last / PS_PER_S} s); times ascend`;
    if (!Number.isInteger(pfn) || pfn < 0 || pfn >= MAX_PFN) return `the PFN is no whole number below ${grouped(MAX_PFN)}`;
    if (!Number.isInteger(nid) || nid < 0 || nid >= MAX_NUMNODES) return `the node is no whole number below ${MAX_NUMNODES}`;
    this.times.push(timePs);
    this.pfns.push(pfn);
    this.nids.push(nid);
    return undefined;
  }

  done(): RecordedMarks {
    return { timesPs: Float64Array.from(this.times), pfns: Float64Array.from(this.pfns), nids: Int32Array.from(this.nids) };
  }
}

const pfnOf = (text: string): number => (/^(0x[0-9a-f]{1,9}|\d{1,10})$/i.test(text) ? Number(text) : NaN);

/** Lines "seconds pfn nid" apart by spaces, tabs or commas; PFNs decimal or 0x hexadecimal; # begins a comment; empty lines pass. */
export function parseRecorded(text: string): RecordedResult {
  if (text.length > MAX_RECORDED_BYTES) return { ok: false, says: `it has ${grouped(text.length)} characters; up to ${grouped(MAX_RECORDED_BYTES)} are read` };
  const columns = new Columns();
  let number = 0;
  for (let at = 0; at <= text.length; ) {
    const stop = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
    const line = text.slice(at, stop).replace(/#.*/, '').trim();
    at = stop + 1;
    number++;
    if (line === '') continue;
    const parts = line.split(/[\s,;]+/);
    const wrong = parts.length === 3
      ? columns.add(secondsTextToPs(parts[0]), pfnOf(parts[1]), /^\d{1,4}$/.test(parts[2]) ? Number(parts[2]) : NaN)
      : `${parts.length} columns stand there; "seconds pfn nid" is allowed`;
    if (wrong !== undefined) return { ok: false, says: `line ${number} ("${line.slice(0, 60)}"): ${wrong}` };
  }
  return { ok: true, marks: columns.done() };
}

/** The list as it stands in a scenario file. */
export function recordedList(rows: readonly (readonly number[])[]): RecordedResult {
  const columns = new Columns();
  for (const [i, [seconds, pfn, nid]] of rows.entries()) {
    const wrong = columns.add(Math.round(seconds * PS_PER_S), pfn, nid);
    if (wrong !== undefined) return { ok: false, says: `entry ${i}: ${wrong}` };
  }
  return { ok: true, marks: columns.done() };
}

/** Rows for a scenario file that read back as the same marks, or undefined where a time is no exact number of seconds. */
export function rowsOf(marks: RecordedMarks): number[][] | undefined {
  const rows: number[][] = [];
  for (let i = 0; i < marks.timesPs.length; i++) {
    const seconds = marks.timesPs[i] / PS_PER_S;
    if (Math.round(seconds * PS_PER_S) !== marks.timesPs[i]) return undefined;
    rows.push([seconds, marks.pfns[i], marks.nids[i]]);
  }
  return rows;
}
