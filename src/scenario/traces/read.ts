/** Reads a recorded trace: tells its form, reads it line by line, and says of every line that did not become an access why. */

import { grouped } from '../units';
import { Accesses, MAX_ACCESSES, MAX_TABLES, MAX_TRACE_PAGES } from './collect';
import { csvLines } from './csv';
import { lackeyLine } from './lackey';
import { type Processes, perfLines } from './perf';
import type { LineReader } from './record';

export type TraceFormat = 'lackey' | 'perf' | 'csv';
export const MAX_TRACE_BYTES = 64 * 1024 * 1024;
/** Unreadable lines that are named one by one; all are counted. */
export const MAX_NAMED_LINES = 20;
const PAGE_BYTES = 4096;
const MAX_LOOKED_AT = 200;
/** A line longer than this is no line of a trace. */
const MAX_LINE = 4096;

export interface TraceOptions {
  /** Name of the file, for sentences. */
  readonly file: string;
  readonly format?: TraceFormat | undefined;
  readonly pid?: number | undefined;
}

export type TraceResult =
  | { readonly ok: true; readonly format: TraceFormat; readonly accesses: Accesses; /** Sentences on lines that did not become accesses. */ readonly notes: readonly string[] }
  | { readonly ok: false; readonly says: string; readonly notes: readonly string[] };

/** Calls back with each line that is not empty, until it says false. */
function eachLine(text: string, back: (line: string, number: number) => boolean): void {
  let number = 0;
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at), stop = newline < 0 ? text.length : newline;
    const line = text.slice(at, text.charCodeAt(stop - 1) === 13 ? stop - 1 : stop);
    at = stop + 1;
    number++;
    if (/\S/.test(line) && !back(line, number)) return;
  }
}

/** The form that most of the first lines fit; undefined when none does. */
export function traceFormat(text: string): TraceFormat | undefined {
  const fits = { lackey: 0, perf: 0, csv: 0 };
  const readers: readonly (readonly [TraceFormat, LineReader])[] = [['lackey', lackeyLine], ['perf', perfLines(undefined).read], ['csv', csvLines()]];
  let looked = 0;
  eachLine(text, (line) => {
    for (const [format, read] of readers) if (line.length <= MAX_LINE && read(line).is !== 'wrong') fits[format]++;
    return ++looked < MAX_LOOKED_AT;
  });
  const [best] = readers.map(([format]) => format).sort((a, b) => fits[b] - fits[a]);
  return fits[best] > 0 ? best : undefined;
}

/** What was not taken, for the notes. */
class Losses {
  private wrong = 0;
  private readonly named: string[] = [];
  private readonly why = new Map<string, number>();
  unsaid = 0;

  constructor(private readonly file: string) {}

  skip(line: string, number: number, says: string): void {
    if (this.wrong++ < MAX_NAMED_LINES) this.named.push(`${this.file}:${number}: ${JSON.stringify(line.slice(0, 60))}: ${says}`);
  }

  leave(why: string): void {
    this.why.set(why, (this.why.get(why) ?? 0) + 1);
  }

  notes(processes: Processes | undefined): string[] {
    const { wrong, named } = this;
    const out = wrong === 0 ? [] : [`${grouped(wrong)} ${wrong === 1 ? 'line' : 'lines'} skipped, first at ${named[0]}`, ...named.slice(1)];
    for (const [why, count] of this.why) out.push(`${this.file}: ${grouped(count)} lines left out: ${why}`);
    if (this.unsaid > 0) out.push(`${this.file}: ${grouped(this.unsaid)} samples do not say whether they read or write; they count as reads`);
    if ((processes?.tids.size ?? 0) > 1) out.push(`${this.file}: samples of ${processes?.tids.size} threads are taken as one process; perf script -F +pid,+tid tells processes apart`);
    return out;
  }
}

/** Never throws. Accesses that cross a page boundary touch both pages. */
export function readTrace(text: string, options: TraceOptions): TraceResult {
  const { file } = options;
  if (text.length > MAX_TRACE_BYTES) return { ok: false, says: `it has ${grouped(text.length)} characters; up to ${grouped(MAX_TRACE_BYTES)} are read`, notes: [] };
  const format = options.format ?? traceFormat(text);
  if (format === undefined) return { ok: false, says: 'none of its first lines can be read as lackey, perf script or csv', notes: [] };
  const perf = format === 'perf' ? perfLines(options.pid) : undefined;
  const read = perf?.read ?? (format === 'lackey' ? lackeyLine : csvLines());
  const accesses = new Accesses(), losses = new Losses(file);
  let full = 0;
  eachLine(text, (line, number) => {
    const at = line.length > MAX_LINE ? undefined : read(line);
    if (at === undefined) losses.skip(line, number, `${grouped(line.length)} characters; up to ${grouped(MAX_LINE)} are read`);
    else if (at.is === 'wrong') losses.skip(line, number, at.says);
    else if (at.is === 'left') losses.leave(at.why);
    else {
      if (at.unsaid) losses.unsaid++;
      const last = at.page + Math.floor((at.offset + at.bytes - 1) / PAGE_BYTES);
      for (let page = at.page; page <= last; page++) if (!accesses.add(page, at.write)) full = number;
    }
    return full === 0;
  });
  const notes = losses.notes(perf?.processes);
  if (full > 0) return { ok: false, says: `line ${grouped(full)} goes over the limit of ${grouped(MAX_ACCESSES)} accesses or ${grouped(MAX_TRACE_PAGES)} pages in ${grouped(MAX_TABLES)} stretches of 4 GiB; cut the trace`, notes };
  const pids = [...(perf?.processes.pids ?? [])].sort((a, b) => b[1] - a[1]);
  if (pids.length > 1) {
    return { ok: false, says: `samples of ${pids.length} processes stand there (${pids.slice(0, 5).map(([pid, n]) => `pid ${pid}: ${grouped(n)}`).join(', ')}${pids.length > 5 ? ', ...' : ''}); "pid" says which one is meant`, notes };
  }
  return accesses.count === 0 ? { ok: false, says: `no access can be read from it as ${format}`, notes } : { ok: true, format, accesses, notes };
}
