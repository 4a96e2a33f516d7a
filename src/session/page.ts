/** One page in words: where it is, what it is, its flag word field by field, and what happened to it. */

import type { PageFrames } from '../engine/machine/frames';
import { ZONE_NAMES } from '../engine/machine/spec';
import { NO_OWNER } from '../engine/machine/owners';
import { PAGE_CLASS_NAMES, PageClass } from '../engine/machine/pageclass';
import { FOLIO, orderOf } from '../engine/machine/pagestate';
import type { World } from '../engine/sim/world';
import { SECTION_SHIFT } from '../engine/types';
import type { FieldModel, PfnModel } from '../protocol/messages';
import { actorName, recordSays } from './speak';

const HISTORY_ROWS = 12;
const HISTORY_REACH = 200_000;
/** PAGE_EXT_MIG_NID_WIDTH, whatever the mask as posted covers. */
const NID_WIDTH = 10;

const bits = (from: number, count: number): string => (count === 1 ? `${from}` : `${from}-${from + count - 1}`);

/** The fields of the flag word with the masks as posted. */
function fieldsOf(frames: PageFrames, pfn: number): FieldModel[] {
  const { layout } = frames;
  const word = (BigInt(frames.hi(pfn)) << 32n) | BigInt(frames.lo(pfn));
  const raw = (from: number, count: number): string => ((word >> BigInt(from)) & ((1n << BigInt(count)) - 1n)).toString(2).padStart(count, '0');
  const ready = (frames.lo(pfn) & layout.readyMask) !== 0;
  const nid = layout.nidOf(frames.lo(pfn), frames.hi(pfn));
  const all = 2 ** layout.nidBits - 1;
  const nidSays = ready ? `asked for node ${nid}` : nid === all ? `all ones: consumed (-1 & mask), or never asked for node ${all}` : 'not read while READY is clear';
  const fields: FieldModel[] = [
    { name: 'PAGE_EXT_OWNER, _ALLOCATED', bits: bits(0, 2), raw: raw(0, 2), says: 'page_owner; not used here' },
    { name: 'MIGRATE_READY', bits: bits(layout.readyBit, 1), raw: raw(layout.readyBit, 1), says: ready ? 'the next visit on the LRU consumes this mark' : 'not marked' },
    { name: 'MIG_NID', bits: bits(layout.nidShift, layout.nidBits), raw: raw(layout.nidShift, layout.nidBits), says: nidSays },
  ];
  if (layout.nidBits < NID_WIDTH) {
    const from = layout.nidShift + layout.nidBits;
    fields.push({ name: 'rest of NID', bits: bits(from, NID_WIDTH - layout.nidBits), raw: raw(from, NID_WIDTH - layout.nidBits), says: `declared (10 bits) but outside the mask as posted: node ids above ${all} lose their high bits (D1)` });
  }
  const freq = layout.nidShift + NID_WIDTH;
  if (freq + 3 <= layout.wordBits) fields.push({ name: 'MIG_FREQ', bits: bits(freq, 3), raw: raw(freq, 3), says: 'not used by v1' });
  const time = freq + 3;
  const timeBits = Math.min(18, layout.wordBits - time);
  if (timeBits > 0) fields.push({ name: 'MIG_TIME', bits: bits(time, timeBits), raw: raw(time, timeBits), says: 'not used by v1' });
  return fields;
}

/** Where the mask as posted has cut the node that was asked for. */
function alias(world: World, pfn: number, target: number): string {
  const asked = world.machine.requested(pfn, target);
  return asked === target ? '' : ` (asked for node ${asked}, stored as ${target}: D1)`;
}

function classSays(world: World, pfn: number, found: PageClass, order: number): string {
  const { frames } = world.machine;
  const folio = order > 0 ? `, part of a folio of order ${order}` : '';
  const target = frames.layout.nidOf(frames.lo(pfn), frames.hi(pfn));
  switch (found) {
    case PageClass.Marked: return `LRU page${folio}, marked for node ${target}${alias(world, pfn, target)}`;
    case PageClass.StaleMark: return `holds a mark for node ${target}, but is not on the LRU: the mark is kept and meets the next occupant`;
    case PageClass.Isolated: return `isolated on a migrate_list${folio}: off the LRU, still mapped`;
    case PageClass.Unmapped: return `unmapped${folio}: whoever touches it waits`;
    case PageClass.Right: return `LRU page${folio}; kmigrated moved it here, as asked`;
    case PageClass.Wrong: return `LRU page${folio}; kmigrated moved it here, but it had asked for another node`;
    case PageClass.Left: return 'free; a folio moved away from here';
    default: return `${PAGE_CLASS_NAMES[found]}${folio}`;
  }
}

/** Everything known about a page, or null for a PFN outside the machine. */
export function pageModel(world: World, pfn: number): PfnModel | null {
  const { frames } = world.machine;
  if (!Number.isInteger(pfn) || pfn < 0 || pfn >= frames.pfns) return null;
  const owner = frames.owners.of(pfn);
  const found = frames.classOf(pfn);
  const state = frames.get(pfn);
  const order = state & FOLIO ? orderOf(state) : 0;
  const ext = frames.hasExt(pfn);
  const where = owner === NO_OWNER ? undefined : frames.owners.table[owner];
  const zone = world.machine.nodes.flatMap((n) => n.zones).find((z) => (where !== undefined ? z.ownerId === owner : pfn >= z.spec.startPfn && pfn < z.spec.startPfn + z.spec.spannedPages));
  const producers = world.producers.map((p) => p.name);
  const word = (BigInt(frames.hi(pfn)) << 32n) | BigInt(frames.lo(pfn));
  const names = world.rec.trace.naming(pfn, HISTORY_ROWS, HISTORY_REACH);
  return {
    pfn, nid: where?.nid ?? -1, zone: zone === undefined ? '' : ZONE_NAMES[zone.spec.idx], section: pfn >>> SECTION_SHIFT, pageClass: found,
    says: classSays(world, pfn, found, order), order, headPfn: state & FOLIO ? frames.head(pfn) : pfn,
    word: ext ? `0x${word.toString(16)}` : '', fields: ext ? fieldsOf(frames, pfn) : [], caveat: caveatOf(found, names.length > 0, zone?.spec.holesKnown ?? true),
    history: names.map((n) => {
      const r = world.rec.trace.get(n);
      return { timePs: r.timePs, says: recordSays(r, actorName(r.actor, producers)), point: r.point };
    }),
  };
}

function caveatOf(found: PageClass, touched: boolean, holesKnown: boolean): string {
  if (found === PageClass.Hole && !holesKnown) return 'position unknown: zoneinfo does not tell where the holes of this zone are; they were put at its end';
  const first = found === PageClass.Free || found === PageClass.Lru || found === PageClass.NonLru;
  return first && !touched ? 'position unknown: first occupancy is known by count, its positions follow a seeded rule' : '';
}
