/** What a file of mails may hold at most, and the shape of an answer that may be a refusal. */

/** A value, or one sentence that says what stands there, what is allowed and what to do. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly text: string };

export const yes = <T>(value: T): Answer<T> => ({ ok: true, value });
export const no = (text: string): { readonly ok: false; readonly text: string } => ({ ok: false, text });

/** Limits of one file. A whole thread of a kernel list is below a tenth of each. */
export const LIMITS = {
  /** Bytes of the file as it lies on the disk or comes over the wire. */
  packedBytes: 16 * 1024 * 1024,
  /** Bytes after gzip. */
  bytes: 64 * 1024 * 1024,
  mails: 4000,
  headerChars: 256 * 1024,
  parts: 64,
  depth: 8,
  /** Files in one patch, and hunks in one file. */
  files: 2000,
  hunks: 5000,
} as const;
