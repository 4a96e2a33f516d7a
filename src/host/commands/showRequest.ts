/** Reads what `kmigrated.show` was called with: by a CodeLens, a tree item, or anyone else. */

import type { ShowWhat } from '../live/channel';

/** What `kmigrated.show` may be given by a CodeLens, a tree item or another extension. */
export type ShowRequest =
  | { readonly kind: 'show'; readonly what: ShowWhat }
  | { readonly kind: 'class'; readonly pageClass: number }
  | { readonly kind: 'nothing' };

/** Reads the argument of `kmigrated.show`, which anyone may call with anything. */
export function readShowRequest(arg: unknown): ShowRequest {
  if (typeof arg !== 'object' || arg === null) return { kind: 'nothing' };
  if ('pageClass' in arg && typeof arg.pageClass === 'number') return { kind: 'class', pageClass: arg.pageClass };
  if ('kind' in arg && arg.kind === 'thread' && 'name' in arg && typeof arg.name === 'string') return { kind: 'show', what: { filter: `thread:${arg.name}` } };
  const pfn = 'pfn' in arg && typeof arg.pfn === 'number' ? { pfn: arg.pfn } : {};
  const filter = 'filter' in arg && typeof arg.filter === 'string' ? { filter: arg.filter } : {};
  const what = { ...pfn, ...filter };
  return Object.keys(what).length === 0 ? { kind: 'nothing' } : { kind: 'show', what };
}
