/** Lines of `valgrind --tool=lackey --trace-mem=yes`: "I  04016b80,3", " L 1ffeff7e58,8", " S ...", " M ...". */

import { type LineReader, atHex, left, wrong } from './record';

const LINE = /^\s*([ILSM])\s+(?:0x)?([0-9a-f]{1,16}),(\d{1,5})\s*$/i;
const FETCH = left('instruction fetches (program text is mapped read-only, and the scanner skips such mappings)');
const OWN = left("lines of valgrind's own (==pid==)");

/** M reads and writes in one instruction: its fault is a write, so it is one writing access. */
export const lackeyLine: LineReader = (line) => {
  const m = LINE.exec(line);
  if (m === null) return /^\s*(?:==|--)\d+/.test(line) ? OWN : wrong('lackey writes "I", "L", "S" or "M", a hexadecimal address, a comma and a size');
  const kind = m[1].toUpperCase(), bytes = Number(m[3]);
  if (kind === 'I') return FETCH;
  return bytes < 1 ? wrong('the size is 0; at least one byte is accessed') : atHex(m[2], bytes, kind !== 'L');
};
