/**
 * Samples as `perf script` prints them. Read are
 *   comm pid[/tid] [cpu] time: [period] event: ADDR ...       (perf mem record, or any event recorded with -d; ADDR before weight, data source, ip)
 *   ... exceptions:page_fault_user: address=0xADDR ip=... error_code=0x6
 *   ADDR alone on a line                                      (perf script -F addr)
 * A write is said by the event's name (store), by "|OP STORE" of the data source, or by bit 1 of error_code.
 */

import { type LineReader, atHex, left, type TraceLine, wrong } from './record';

const SAMPLE = /^\s*(.*?)\s*\b(\d+)(?:\/(\d+))?\s+(?:\[\d+\]\s+)?\d+\.\d+:\s+(?:\d+\s+)?(\S+):\s+(\S.*)$/;
const LONE = /^\s*(?:0x)?([0-9a-f]{1,16})\s*$/i;
const NAMED = /\b(?:address|addr|data_addr)[=:]\s*(?:0x)?([0-9a-f]{1,16})\b/i;
const FIRST = /^(?:0x)?([0-9a-f]{1,16})(?=\s|$)\s*(.*)$/i;
const FRAME = /^\s+[0-9a-f]{1,16}\s+\S.*\)\s*$/i;
const WRITES = /\|OP STORE|\bstores?\b/i, READS = /\|OP LOAD|\bloads?\b/i;

const CALLCHAIN = left('lines of call chains');
const NO_ADDRESS = left('samples with the address 0 (the processor gave none)');
const OTHER = left('samples of other processes');

/** What the lines so far say of the processes in them. */
export interface Processes {
  /** Samples by process id, where the lines say pid/tid. */
  readonly pids: Map<number, number>;
  /** Ids of lines that say one number only: a thread's. */
  readonly tids: Set<number>;
}

function sample(event: string, rest: string): TraceLine {
  const named = NAMED.exec(rest), first = named === null ? FIRST.exec(rest) : null;
  const digits = named?.[1] ?? first?.[1];
  if (digits === undefined) return wrong('no address follows the event; samples with addresses are needed (perf mem record, or perf record -d and perf script -F +addr)');
  // "ip symbol+0x12 (dso)" is what stands there without an address
  if (first !== null && first[2] !== '' && !/^(?:(?:0x)?[0-9a-f]{5,16}\b|\d+(?:\s|$)|\|)/i.test(first[2])) return wrong('only an instruction pointer follows the event; samples with addresses are needed (perf script -F +addr)');
  if (/^0+$/.test(digits)) return NO_ADDRESS;
  const code = /\berror_code=(?:0x)?([0-9a-f]+)\b/i.exec(rest);
  const words = `${event} ${rest.includes('|OP') ? rest : ''}`.replaceAll(/[_\-,./]/g, ' ');
  const write = code !== null ? (parseInt(code[1], 16) & 2) !== 0 : WRITES.test(words) && !/\|OP LOAD/i.test(words);
  const at = atHex(digits, 1, write);
  return at.is === 'access' && code === null && !write && !READS.test(words) ? { ...at, unsaid: true } : at;
}

/** A reader of samples; with a pid, of that process only. */
export function perfLines(pid: number | undefined): { readonly read: LineReader; readonly processes: Processes } {
  const processes: Processes = { pids: new Map(), tids: new Set() };
  const read: LineReader = (line) => {
    const m = SAMPLE.exec(line);
    if (m === null) {
      const lone = LONE.exec(line);
      if (lone !== null) return /^0+$/.test(lone[1]) ? NO_ADDRESS : withoutDirection(atHex(lone[1], 1, false));
      return FRAME.test(line) ? CALLCHAIN : wrong('this is no sample of perf script ("comm pid/tid [cpu] time: event: address ...")');
    }
    const id = Number(m[2]);
    if (pid !== undefined && id !== pid) return OTHER;
    const at = sample(m[4], m[5]);
    if (at.is === 'access') {
      if (m[3] === undefined) processes.tids.add(id);
      else processes.pids.set(id, (processes.pids.get(id) ?? 0) + 1);
    }
    return at;
  };
  return { read, processes };
}

const withoutDirection = (at: TraceLine): TraceLine => (at.is === 'access' ? { ...at, unsaid: true } : at);
