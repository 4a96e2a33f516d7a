/** Addresses of a series in a lore-like archive, made from the setting and a message id. */

import { type Answer, no, yes } from '../../source/mail/limits';

/** What the Node host offers for a download; the web host has none. Called on an explicit command only. */
export type FetchBytes = (url: string, signal: AbortSignal, most: number, progress: (bytes: number) => void) => Promise<Answer<Uint8Array>>;

const ID = /^[^\s<>/?#%@]{1,200}@[^\s<>/?#%@]{1,200}$/;

/** The message id of what a person typed: with or without angle brackets, or an address that holds one. */
export function readMessageId(typed: string): Answer<string> {
  const bare = typed.trim().replace(/^<|>$/g, '');
  const candidates = /^https?:\/\//.test(bare) ? bare.split('/').map(decoded) : [bare];
  const id = candidates.find(c => ID.test(c));
  return id === undefined ? no(`"${typed.trim().slice(0, 80)}" is no message id: type it as it stands in the mail, name@host, with or without < and >.`) : yes(id);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of the whole thread, BASE/ID/t.mbox.gz. Only https, or http on 127.0.0.1. */
export function threadUrl(base: string, id: string): Answer<string> {
  if (base === '') return no('No archive is set. Set kmigrated.archiveUrl to the address of a list in a public-inbox archive, as https://HOST/LIST, and run the command again.');
  let url: URL;
  try {
    url = new URL(base);
  } catch {
    return no(`kmigrated.archiveUrl is "${base}", which is no address. Write it as https://HOST/LIST.`);
  }
  const local = url.protocol === 'http:' && url.hostname === '127.0.0.1';
  if (url.protocol !== 'https:' && !local) return no(`kmigrated.archiveUrl is "${base}"; allowed are https addresses, and http on 127.0.0.1. Write it as https://HOST/LIST.`);
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return no('kmigrated.archiveUrl holds a name, a query or a fragment; only a host and a path are allowed. Write it as https://HOST/LIST.');
  return yes(`${url.origin}${url.pathname.replace(/\/+$/, '')}/${encodeURIComponent(id).replace(/%40/g, '@')}/t.mbox.gz`);
}
