/** Unpacks gzip with a limit on both sides, in Node and in the web host alike. */

import { type Answer, LIMITS, no, yes } from '../../source/mail/limits';

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** What is not gzip comes back as it is. most: bytes after unpacking; reading stops there, so that a small file cannot fill the memory. */
export async function gunzip(name: string, bytes: Uint8Array, most: number = LIMITS.bytes): Promise<Answer<Uint8Array>> {
  if (bytes.length > LIMITS.packedBytes && isGzip(bytes)) return no(`${name} has ${bytes.length} bytes packed; ${LIMITS.packedBytes} are read. Save the one thread to a file of its own and open that.`);
  if (!isGzip(bytes)) return yes(bytes);
  const reader = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      total += value.length;
      if (total > most) {
        await reader.cancel();
        return no(`${name} unpacks to more than ${most} bytes; that much is not read. Save the one thread to a file of its own and open that.`);
      }
      chunks.push(value);
    }
  } catch {
    return no(`${name} is gzip that is damaged or cut off. Get it again.`);
  }
  const out = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return yes(out);
}
