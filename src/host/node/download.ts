/** Gets one address with a limit on its bytes: the only place of the extension that uses the network, on an explicit command. */

import { type Answer, no, yes } from '../../source/mail/limits';

const TIMEOUT_MS = 120_000;

/** Redirects are not followed: the address that was set is the one that is asked. progress: bytes so far. Never rejects. */
export async function fetchBytes(url: string, signal: AbortSignal, most: number, progress: (bytes: number) => void): Promise<Answer<Uint8Array>> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, { redirect: 'manual', headers: { 'accept-encoding': 'identity' }, credentials: 'omit', signal: AbortSignal.any([signal, timeout]) });
    if (response.status >= 300 && response.status < 400) return no(`${url} sends on to another address, which is not followed. Set kmigrated.archiveUrl to the address that it sends to.`);
    if (!response.ok) return no(`${url} answers ${response.status}. Look at the message id and at kmigrated.archiveUrl.`);
    if (response.body === null) return no(`${url} answers with nothing. Look at the message id.`);
    const chunks: Uint8Array[] = [];
    let total = 0;
    for await (const chunk of response.body) {
      if (!(chunk instanceof Uint8Array)) continue;
      total += chunk.length;
      // leaving the loop ends the transfer
      if (total > most) return no(`${url} sends more than ${most} bytes; that much is not read. Save the one thread to a file and open that.`);
      chunks.push(chunk);
      progress(total);
    }
    return yes(new Uint8Array(Buffer.concat(chunks)));
  } catch (e) {
    if (signal.aborted) return no('The download was cancelled.');
    if (timeout.aborted) return no(`${url} has not answered in full within ${TIMEOUT_MS / 1000} s. Try again later.`);
    const cause = e instanceof Error && e.cause instanceof Error ? e.cause.message : e instanceof Error ? e.message : String(e);
    return no(`${url} cannot be reached (${cause}). Look at kmigrated.archiveUrl and at the network.`);
  }
}
