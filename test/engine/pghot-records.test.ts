/** The records of pghot, early and late, against second writings: masks, windows, aliases of time, and what a compare-exchange that is tried again keeps. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { EARLY_MASKS, earlyRecord } from '../../src/engine/designs/pghot-early-record';
import { LATE_LAYOUTS, lateLatencyMs, lateRecord, lateThreshold, lateWindowMs } from '../../src/engine/designs/pghot-late-record';
import { HotRecords, type RecordKind, RecordUpdate, type Word } from '../../src/engine/designs/pghot-records';
import { ExtLayout } from '../../src/engine/machine/extword';
import { PageFrames } from '../../src/engine/machine/frames';
import { FOLIO, LRU, USED } from '../../src/engine/machine/pagestate';

const word = (w: Readonly<Word>): bigint => (BigInt(w.hi) << 32n) | BigInt(w.lo);
const READY = 1n << 63n;

/** One access on a word, by the record's own code. */
function access(kind: RecordKind, old: bigint, nid: number, now: number): bigint {
  const into = { lo: 0, hi: 0 };
  kind.next({ lo: Number(old & 0xffff_ffffn), hi: Number(old >> 32n) }, into, { nid, now, newWindow: false, freq: 0 });
  return word(into);
}

/** RFC v3's record in 64-bit arithmetic, written a second time from the text of the conformance format. */
function early(masks: 'as-posted' | 'width-based', old: bigint, nid: number, now: number, windowMs: number): bigint {
  const [nidMask, freqMask, timeMask] = masks === 'as-posted' ? [0n, 0x3ffn, 0x1fffn] : [0x3ffn, 7n, 0x7ffffn];
  const u64 = (x: bigint): bigint => BigInt.asUintN(64, x);
  const time = BigInt(now) & timeMask;
  const oldFreq = (old >> 10n) & freqMask;
  const fresh = u64(time - ((old >> 13n) & timeMask)) > BigInt(windowMs) || (nid !== -1 && BigInt(nid) !== (old & nidMask));
  const freq = fresh ? 1n : oldFreq < 8n ? oldFreq + 1n : 0n;
  let next = u64((old & ~nidMask) | (BigInt(nid === -1 ? 0 : nid) & nidMask));
  next = u64((next & ~(freqMask << 10n)) | ((freq & freqMask) << 10n));
  next = u64((next & ~(timeMask << 13n)) | (time << 13n));
  return freq > 2n ? next | READY : next;
}

test('masks as posted come from the shifts: no bit for the nid, ten for the frequency, thirteen for the time', () => {
  assert.deepEqual(EARLY_MASKS['as-posted'], { nid: 0, freq: 0x3ff, time: 0x1fff });
  assert.deepEqual(EARLY_MASKS['width-based'], { nid: 0x3ff, freq: 7, time: 0x7ffff });
});

test('the early record is that of 64-bit arithmetic, whatever stood in the word', () => {
  const nid = fc.oneof(fc.constant(-1), fc.nat(1023), fc.nat(3));
  const when = fc.oneof(fc.nat(20_000), fc.nat(2 ** 31 - 1).map((n) => n * 8191));
  fc.assert(fc.property(fc.constantFrom('as-posted', 'width-based'), fc.bigInt({ min: 0n, max: READY * 2n - 1n }), nid, when, fc.nat(9000), (masks, old, n, now, windowMs) => {
    assert.equal(access(earlyRecord(masks, () => windowMs, 1000), old, n, now), early(masks, old, n, now, windowMs));
  }), { numRuns: 3000 });
});

test('as posted, a page that is wanted by any node but 0 is never hot', () => {
  const kind = earlyRecord('as-posted', () => 5000, 1000);
  fc.assert(fc.property(fc.integer({ min: 1, max: 1023 }), fc.array(fc.nat(100_000), { minLength: 3, maxLength: 60 }), (nid, times) => {
    let w = 0n;
    for (const now of times.sort((a, b) => a - b)) w = access(kind, w, nid, now);
    assert.equal(w & READY, 0n);
  }));
  let w = 0n;
  for (const now of [0, 0, 0]) w = access(kind, w, 0, now);
  assert.equal(w, READY | 0xc00n, 'node 0 at a time whose low seven bits are 0 does get there');
  w = 0n;
  for (let now = 1000; now < 1100; now++) w = access(kind, w, 0, now);
  assert.equal(w & READY, 0n, 'at other times the bits of the time leak into the frequency');
});

test('with masks from the widths the third access within the window is hot, and the nid is kept', () => {
  const kind = earlyRecord('width-based', () => 5000, 1000);
  let w = access(kind, access(kind, 0n, 2, 100), 2, 5100);
  assert.equal(w & READY, 0n);
  w = access(kind, w, 2, 10_100);
  assert.equal(w, READY | (10_100n << 13n) | (3n << 10n) | 2n);
  assert.equal(access(kind, w, 1, 10_101), READY | (10_101n << 13n) | (1n << 10n) | 1n, 'another node begins a new window; READY stays');
  for (let i = 0; i < 5; i++) w = access(kind, w, 2, 10_100);
  assert.equal((w >> 10n) & 7n, 0n, 'the eighth access stores a frequency of 8, which its three bits cut to 0');
});

test('the early window is in jiffies: 1,250 of them at HZ=250', () => {
  const kind = earlyRecord('width-based', () => 5000, 250);
  const freq = (gap: number): bigint => (access(kind, access(kind, 0n, 0, 1000), 0, 1000 + gap) >> 10n) & 7n;
  assert.deepEqual([freq(1250), freq(1251)], [2n, 1n]);
});

test('the byte holds frequency, 32 buckets of 128 jiffies and READY; the word of 32 bits nid, frequency, 14 bits of jiffies and READY', () => {
  const byte = lateRecord({ record: 'default', windowMs: 3000, threshold: 2 }, 1000, () => 0);
  assert.equal(access(byte, 0n, 5, 1280), 0b0_01010_01n);
  assert.equal(access(byte, 0b0_01010_01n, 5, 1400), 0b1_01010_10n);
  assert.equal(access(byte, 0b1_01010_11n, 5, 1408), 0b1_01011_11n, 'the frequency stays at its most');
  const precise = lateRecord({ record: 'precise', windowMs: 5000, threshold: 2 }, 1000, () => 3);
  assert.equal(access(precise, 0n, 7, 20_000), (BigInt(20_000 & 0x3fff) << 13n) | (1n << 10n) | 7n);
  assert.equal(access(precise, access(precise, 0n, 7, 20_000), -1, 24_000), (1n << 31n) | (BigInt(24_000 & 0x3fff) << 13n) | (2n << 10n) | 3n, 'no node: the default target');
  assert.deepEqual([byte.bytes, precise.bytes, byte.nidOf({ lo: 0xff, hi: 0 }), precise.nidOf({ lo: 0x1fff, hi: 0 })], [1, 4, -1, 1023]);
});

test('the age of a byte is modulo 4,096 jiffies: of long gaps one in four is seen as a new window, the others look recent', () => {
  const kind = lateRecord({ record: 'default', windowMs: 3000, threshold: 2 }, 1000, () => 0);
  const first = access(kind, 0n, 0, 0);
  const fresh = (gap: number): boolean => (access(kind, first, 0, gap) & 3n) === 1n;
  let seen = 0;
  for (let gap = 4096; gap < 5 * 4096; gap++) if (fresh(gap)) seen++;
  assert.equal(seen, 4096, 'buckets 24 to 31 of 32: ages of 3,072 to 3,968 ms');
  assert.deepEqual([fresh(3071), fresh(3072), fresh(4095), fresh(4096), fresh(4100)], [false, true, true, false, false]);
  assert.equal(lateLatencyMs('default', 0, 4100, 1000), 0, '4.1 s later looks like now');
  assert.equal(lateLatencyMs('default', 0, 4095, 250), 15_872, 'at HZ=250 the field wraps after 16.4 s');
  assert.equal(lateLatencyMs('precise', 16_000, 16_384 + 100, 1000), 484);
  assert.equal(lateLatencyMs('precise', 0, 16_384, 1000), 0, '16.4 s later');
});

test('a window of 3,968 ms is the most that a byte can hold: no age is above it, so no window ever ends', () => {
  const kind = lateRecord({ record: 'default', windowMs: 3968, threshold: 3 }, 1000, () => 0);
  const first = access(kind, 0n, 0, 0);
  for (let gap = 0; gap < 8192; gap += 64) assert.equal(access(kind, first, 0, gap) & 3n, 2n);
  assert.deepEqual([lateWindowMs('default', 3968), lateWindowMs('default', 4000), lateWindowMs('precise', 16_383), lateWindowMs('precise', 999)], [3968, 3000, 16_383, 5000]);
  assert.deepEqual([lateThreshold('default', 3), lateThreshold('default', 4), lateThreshold('precise', 7), lateThreshold('precise', 0)], [3, 2, 7, 2]);
  assert.deepEqual([LATE_LAYOUTS.default.freqMax, LATE_LAYOUTS.precise.freqMax], [3, 7]);
});

/** 128 LRU pages of node 0 with a map of 64-page sections. */
function records(kind: RecordKind): HotRecords {
  const frames = new PageFrames(128, new ExtLayout(2, 64));
  frames.owners.setRange(0, 128, frames.owners.id(0, 2));
  frames.fill(0, 128, USED | FOLIO | LRU);
  const made = new HotRecords(frames, kind, { pages: 64 });
  made.allocate(() => true);
  return made;
}

test('an access that finds the word changed tries again on the new word; in RFC v3 a new window of the first try sticks', () => {
  for (const [kind, freq] of [[earlyRecord('width-based', () => 5000, 1000), 1], [lateRecord({ record: 'precise', windowMs: 5000, threshold: 7 }, 1000, () => 0), 2]] as const) {
    const all = records(kind);
    const slow = new RecordUpdate(all), quick = new RecordUpdate(all);
    all.write(5, 10 << 13, 0);
    slow.begin(5, 0, 9000);
    quick.begin(5, 0, 9000);
    assert.equal(quick.tryExchange(), true);
    assert.deepEqual([slow.tryExchange(), slow.tryExchange()], [false, true]);
    const now = { lo: 0, hi: 0 };
    all.read(5, now);
    assert.equal((now.lo >>> 10) & 7, freq);
  }
});

test('READY of a record is what the page map shows; freed maps take it along', () => {
  const all = records(earlyRecord('as-posted', () => 5000, 1000));
  all.write(70, 0x2000, 0x8000_0000);
  assert.deepEqual([all.ready(70), all.hasMap(70), all.bytes(), all.sections], [true, true, 128 * 8, 2]);
  all.write(70, 0x2000, 0);
  assert.equal(all.ready(70), false);
  all.write(3, 1, 0x8000_0000);
  all.setHot(3);
  all.name(3, 9, 0);
  assert.deepEqual([all.takeName(3, 0), all.takeName(3, 0)], [9, 0]);
  all.allocate(() => false);
  assert.deepEqual([all.ready(3), all.hasMap(3), all.bytes(), all.takeHot(0)], [false, false, 0, false]);
});
