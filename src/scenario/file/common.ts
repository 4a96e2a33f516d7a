/** Shapes that several parts of the scenario file share: amounts of memory, node ids, names of files. */

import { MAX_NUMNODES, MAX_PFN } from '../../engine/types';
import { SIZE_PATTERN, SIZE_SAYS, parseSize } from '../units';
import { int, type Shape, stands, str } from './shape';

const MAX_PAGES = MAX_PFN;
export const MAX_CPU = 8191;

export const nid = (text: string): Shape<number> => int({ says: text, min: 0, max: MAX_NUMNODES - 1 });
export const cpuNumber = (text: string): Shape<number> => int({ says: text, min: 0, max: MAX_CPU });
export const name = (text: string): Shape<string> => str({ says: text, max: 100 });

/** Pages: a whole number of them, or a text with a unit. */
export function pages(text: string, min: number): Shape<number> {
  const allows = `a whole number of pages from ${min} to ${MAX_PAGES}, or ${SIZE_SAYS},`;
  return {
    allows,
    schema: { markdownDescription: text, type: ['integer', 'string'], minimum: min, maximum: MAX_PAGES, pattern: SIZE_PATTERN, patternErrorMessage: `Allowed: ${SIZE_SAYS}.` },
    read(node, path, report) {
      const v: unknown = node.value;
      const n = typeof v === 'string' ? parseSize(v) : typeof v === 'number' ? v : undefined;
      return n === undefined || !Number.isInteger(n) || n < min || n > MAX_PAGES ? report.fail(path, node, `${stands(node)}; ${allows} is allowed`) : n;
    },
  };
}

/** Memory: a text with a unit, so that nobody has to guess what a bare number counts. */
export function size(text: string): Shape<number> {
  return {
    allows: SIZE_SAYS,
    schema: { markdownDescription: text, type: 'string', pattern: SIZE_PATTERN, patternErrorMessage: `Allowed: ${SIZE_SAYS}.`, examples: ['32 MiB', '1 GiB', '8192 pages'] },
    read(node, path, report) {
      const v: unknown = node.value;
      const n = typeof v === 'string' ? parseSize(v) : undefined;
      return n === undefined || n < 1 || n > MAX_PAGES ? report.fail(path, node, `${stands(node)}; ${SIZE_SAYS} is allowed, up to 16 TiB`) : n;
    },
  };
}

/** A file beside the scenario or below it, never elsewhere. */
export const fileName = (text: string): Shape<string> => str({
  says: text, max: 260, pattern: '^(?![/\\\\~])(?![A-Za-z]:)(?!.*(^|[/\\\\])\\.\\.([/\\\\]|$))[^\\x00-\\x1f]+$', allows: 'the name of a file beside the scenario or in a folder below it (no "..", no absolute path)',
});
