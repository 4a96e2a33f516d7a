/** Simple tables: "address,op" or "time,address,op", apart by commas, semicolons or tabs; a first line with names may say the order. */

import { type LineReader, atDecimal, atHex, left, wrong } from './record';

const HEADER = left('header lines');
const COMMENT = left('comment lines');
const NAMES: ReadonlyMap<string, 'time' | 'address' | 'op'> = new Map([
  ['time', 'time'], ['timestamp', 'time'], ['t', 'time'], ['seconds', 'time'], ['ns', 'time'],
  ['address', 'address'], ['addr', 'address'], ['va', 'address'], ['vaddr', 'address'],
  ['op', 'op'], ['type', 'op'], ['rw', 'op'], ['r/w', 'op'], ['access', 'op'], ['kind', 'op'],
]);
const WRITE = new Set(['w', 's', 'm', 'write', 'store', 'modify']);
const READ = new Set(['r', 'l', 'read', 'load']);

interface Columns {
  readonly count: number;
  readonly time: number;
  readonly address: number;
  readonly op: number;
}

/** The order that a header names, or undefined when the line is none. */
function header(fields: readonly string[]): Columns | undefined {
  const names = fields.map((f) => NAMES.get(f.toLowerCase()));
  const columns = { count: fields.length, time: names.indexOf('time'), address: names.indexOf('address'), op: names.indexOf('op') };
  return columns.address >= 0 && columns.op >= 0 ? columns : undefined;
}

/** A reader of one table; times are checked to be numbers, nothing else depends on them. */
export function csvLines(): LineReader {
  let columns: Columns | undefined;
  let first = true;
  return (line) => {
    if (/^\s*#/.test(line)) return COMMENT;
    const fields = line.split(/[,;\t]/).map((f) => f.trim().replace(/^"(.*)"$/, '$1'));
    if (first) {
      first = false;
      columns = header(fields);
      if (columns !== undefined) return HEADER;
    }
    const c = columns ?? { count: fields.length, time: fields.length === 3 ? 0 : -1, address: fields.length - 2, op: fields.length - 1 };
    if (fields.length !== c.count || (columns === undefined && fields.length !== 2 && fields.length !== 3)) return wrong(`${fields.length} columns stand there; ${columns === undefined ? '"address,op" or "time,address,op"' : `${c.count} as in the header`} is allowed`);
    if (c.time >= 0 && !/^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(fields[c.time])) return wrong('the time is no number');
    const op = fields[c.op].toLowerCase(), address = fields[c.address];
    if (!WRITE.has(op) && !READ.has(op)) return wrong('the operation is none of r, w, read, write, load, store, l, s, m');
    const hex = /^0x([0-9a-f]{1,16})$/i.exec(address);
    if (hex !== null) return atHex(hex[1], 1, WRITE.has(op));
    return /^\d{1,20}$/.test(address) ? atDecimal(address, 1, WRITE.has(op)) : wrong('the address is neither decimal nor 0x hexadecimal');
  };
}
