/** Problems of machine texts: where in a text, and a sentence. */

export interface TextProblem {
  /** Offset and length in the text of /proc/zoneinfo. */
  readonly offset: number;
  readonly length: number;
  readonly message: string;
}

/** Texts above this are refused; /proc/zoneinfo of 1,024 nodes with 8,192 CPUs is larger, that of any known machine is not. */
export const MAX_ZONEINFO_BYTES = 4 * 1024 * 1024;
/** iomem, memory_blocks and dmesg are read up to this. */
export const MAX_SIDE_BYTES = 4 * 1024 * 1024;

/** "0-3,8" of sysfs as numbers, at most `limit` of them; undefined when it is no such list. */
export function parseCpuList(text: string, limit: number): number[] | undefined {
  const out: number[] = [];
  const body = text.trim();
  if (body === '') return out;
  for (const part of body.split(',')) {
    const m = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part.trim());
    if (m === null) return undefined;
    const from = Number(m[1]), to = Number(m[2] ?? m[1]);
    for (let n = from; n <= to; n++) {
      if (out.length >= limit) return undefined;
      out.push(n);
    }
  }
  return out;
}
