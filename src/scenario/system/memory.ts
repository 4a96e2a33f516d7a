/** The memory of a program: mappings from a size, the kind of folios and the content. */

import type { VmaSpec } from '../../engine/system/spec';
import type { Nid } from '../../engine/types';
import type { JsonPath, Places } from '../file/nodes';
import { grouped } from '../units';

export const PMD_PAGES = 512;
/** 1 TiB: the engine numbers the units of a mapping in 29 bits. */
const MAX_MAPPING_PAGES = 2 ** 28;
const MTHP_ORDER = 4;

export interface MemoryFile {
  readonly content?: 'anonymous' | 'clean file' | 'dirty file' | 'read-only file';
  readonly hugePages?: 'none' | 'mthp' | 'thp';
  readonly order?: number;
  readonly hugePageShare?: number;
  readonly pinnedShare?: number;
  readonly lockedShare?: number;
  readonly writebackShare?: number;
  readonly firstTouchNode?: number;
}

const CONTENT = { 'anonymous': 'anon', 'clean file': 'file', 'dirty file': 'file-dirty', 'read-only file': 'file-readonly' } as const;

/** Units of a mapping: pages, or PMDs where it is mapped by them. */
export const unitsOf = (vma: VmaSpec): number => (vma.pmdMapped ? vma.pages / PMD_PAGES : vma.pages);

/** Page cache that is clean stays so: a write would make it dirty, and read-only mappings take none. */
export const writable = (vma: VmaSpec): boolean => vma.content === 'anon' || vma.content === 'file-dirty';

function folioOrder(file: MemoryFile, at: JsonPath, places: Places): number {
  const { order } = file, kind = file.hugePages ?? 'none';
  const wrong = kind === 'none' && (order ?? 0) > 0 ? 'with hugePages "none" only order 0 is allowed; "mthp" takes other orders'
    : kind === 'mthp' && order === 0 ? 'with hugePages "mthp" an order from 1 to 9 is allowed'
      : kind === 'thp' && order !== undefined && order !== 9 ? 'with hugePages "thp" only order 9 is allowed' : undefined;
  if (wrong !== undefined) places.fail([...at, 'order'], `${order} stands here; ${wrong}`);
  return kind === 'none' ? 0 : kind === 'thp' ? 9 : order ?? MTHP_ORDER;
}

const roundUp = (pages: number, order: number): number => Math.ceil(pages / 2 ** order) * 2 ** order;

/** One mapping, or two where a share of the size has THPs; problems are reported at the program's fields. */
export function mappings(file: MemoryFile, pages: number, at: JsonPath, places: Places, name = 'memory'): VmaSpec[] {
  if (pages > MAX_MAPPING_PAGES) places.fail([...at, 'size'], `${grouped(pages)} pages stand here; mappings of up to ${grouped(MAX_MAPPING_PAGES)} pages (1 TiB) are allowed, and more than one program`);
  const order = folioOrder(file, at, places), thp = file.hugePages === 'thp', share = file.hugePageShare ?? 0;
  const content = CONTENT[file.content ?? 'anonymous'];
  if ((thp || share > 0) && content !== 'anon') places.fail([...at, 'content'], `"${file.content}" stands here; THPs of files are not modelled, so only "anonymous" is allowed with them`);
  if (thp && share > 0) places.fail([...at, 'hugePageShare'], `${share} stands here, yet with hugePages "thp" all of the memory has THPs; leave one of the two out`);
  const shares = { pinnedShare: file.pinnedShare ?? 0, lockedShare: file.lockedShare ?? 0, writebackShare: file.writebackShare ?? 0, ...(file.firstTouchNode === undefined ? {} : { firstTouchNode: file.firstTouchNode as Nid }) };
  const sum = shares.pinnedShare + shares.lockedShare + shares.writebackShare;
  if (sum > 1) places.fail([...at, 'pinnedShare'], `the shares of pinned, locked and written-back folios are ${grouped(sum)} together; up to 1 is allowed`);
  const huge = thp ? roundUp(pages, 9) : Math.min(Math.round((pages * share) / PMD_PAGES) * PMD_PAGES, roundUp(pages, 9));
  if (share > 0 && huge === 0) places.fail([...at, 'hugePageShare'], `${share} of ${grouped(pages)} pages is less than half of a THP of 2 MiB; more memory or a larger share is needed`);
  const rest = thp ? 0 : Math.max(0, pages - huge);
  return [
    ...(rest > 0 ? [{ name, pages: roundUp(rest, order), content, order, pmdMapped: false, ...shares }] : []),
    ...(huge > 0 ? [{ name: rest > 0 ? `${name}, THP` : name, pages: huge, content, order: 9, pmdMapped: true, ...shares }] : []),
  ];
}
