/** The checkers find deliberate damage, each kind by its own sentence, and find nothing before it (issue 3, part 7). */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Cause } from '../../src/engine/cost/ledger';
import { DIRTY, FOLIO, FREE, HOLE, ISOLATED, KIND_MASK, LRU, UNMAPPED, USED, orderBits } from '../../src/engine/machine/pagestate';
import { PTE_MIGRATION, PTE_PRESENT, PTE_WRITE } from '../../src/engine/mm/pte';
import { Lab, MS, dictated, onceOver, visitors } from './mechanisms-world';
import { anon } from './programs';

/** What a test does to a machine that is at rest, and what the checkers have to say about it. */
interface Damage {
  readonly name: string;
  readonly says: RegExp;
  readonly harm: (lab: Lab) => void;
}

const set = (lab: Lab, unit: number, clear: number, bits: number): void => lab.world.machine.frames.update(lab.vma().pfn[unit], 1, clear, bits);

const DAMAGES: readonly Damage[] = [
  { name: 'a mapped page that says it is unmapped', says: /disagree on whether a migration entry/, harm: (lab) => set(lab, 5, 0, UNMAPPED) },
  { name: 'a migration entry of a page that knows nothing of it', says: /disagree on whether a migration entry/, harm: (lab) => { lab.vma().flags[7] = PTE_MIGRATION | PTE_WRITE; } },
  { name: 'two units that map one page', says: /mapped by another one/, harm: (lab) => { lab.vma().pfn[3] = lab.vma().pfn[4]; } },
  { name: 'a page whose reverse map is gone', says: /mapped by another one/, harm: (lab) => lab.system.folios.rmap.clear(lab.vma().pfn[9]) },
  { name: 'an entry that points at a page of somebody else', says: /mapped by another one/, harm: (lab) => { lab.vma().pfn[0] += 1; } },
  { name: 'a folio that changed its order', says: /another order/, harm: (lab) => set(lab, 2, 0, orderBits(3)) },
  { name: 'a page that is isolated and held by nobody', says: /isolated, but nobody holds it/, harm: (lab) => set(lab, 11, LRU, ISOLATED) },
  { name: 'a page that is isolated and on the LRU', says: /isolated and on the LRU/, harm: (lab) => set(lab, 12, 0, ISOLATED) },
  { name: 'a page that is off the LRU, and in no batch', says: /not on the LRU/, harm: (lab) => set(lab, 13, LRU, 0) },
  { name: 'a mapped page that is free', says: /free pages, but/, harm: (lab) => set(lab, 14, KIND_MASK | FOLIO | LRU, FREE) },
  { name: 'a mapped page that is no page any more', says: /is no page in use/, harm: (lab) => set(lab, 15, KIND_MASK | FOLIO | LRU, HOLE) },
  {
    name: 'a free page that was taken behind the back of the allocator', says: /not all free there|free pages, but/,
    harm: (lab) => lab.world.machine.frames.set(aFreePage(lab), USED),
  },
  { name: 'a free count that is one off', says: /free pages, but/, harm: (lab) => { lab.world.machine.frames.freeByOwner[0]++; } },
  { name: 'a flag word with a bit that has no meaning', says: /bits outside of READY and nid/, harm: (lab) => word(lab, (1 << 20) >>> 0) },
  { name: 'a mark that nobody made', says: /marks should be out/, harm: (lab) => word(lab, 0) },
  { name: 'a mark that was counted and never made', says: /marks should be out/, harm: (lab) => lab.world.rec.count(0, 'marks_set', 1) },
  { name: 'a mark that was consumed and has no end', says: /were consumed, but/, harm: (lab) => lab.world.rec.count(0, 'marks_consumed', 3) },
  { name: 'a mark with two ends', says: /were consumed, but/, harm: (lab) => lab.world.rec.count(0, 'marks_own_node', 1) },
  { name: 'a hint fault that was not reported', says: /hint faults on entries were taken/, harm: (lab) => { lab.system.balancing.faultEvents += 2; } },
  { name: 'time that nobody had', says: /ledger of CPU 1/, harm: (lab) => lab.system.ledger.charge(1, -1, Cause.Idle, 1) },
  { name: 'time that got lost', says: /ledger of CPU 0/, harm: (lab) => lab.system.ledger.charge(0, 0, Cause.Compute, -1000) },
];

function aFreePage(lab: Lab): number {
  const { frames } = lab.world.machine;
  for (let pfn = frames.pfns - 1; pfn >= 0; pfn--) if ((frames.get(pfn) & KIND_MASK) === FREE) return pfn;
  return assert.fail('no free page');
}

function word(lab: Lab, bits: number): void {
  const { frames } = lab.world.machine;
  const pfn = lab.vma().pfn[20];
  assert.equal(frames.ready.has(pfn), false);
  frames.setWord(pfn, (bits | frames.layout.readyMask) >>> 0, 0);
}

const rested = (): Lab => onceOver('kmigrated-v1', 31 * 8).to(500);

for (const { name, says, harm } of DAMAGES) {
  test(`found: ${name}`, () => {
    const lab = rested();
    harm(lab);
    const found = lab.system.check(lab.world.threads);
    assert.ok(found.some((text) => says.test(text)), `${says} is not in: ${found.join(' ') || 'nothing found'}`);
  });
}

test('found: a dirty file page that has become clean', () => {
  const lab = onceOver('kmigrated-v1', 62, { content: 'file-dirty' }).to(200);
  set(lab, 3, DIRTY, 0);
  assert.match(lab.system.check(lab.world.threads).join(), /no longer a dirty file page/);
});

test('a run with checkers keeps what they found, at the next whole second, and says each thing once', () => {
  const lab = rested();
  set(lab, 11, LRU, ISOLATED);
  assert.deepEqual(lab.system.violations(), []);
  while (lab.world.run(3500 * MS, 1_000_000, 'time') === 'budget');
  assert.equal(lab.system.violations().filter((text) => /nobody holds it/.test(text)).length, 1);
});

test('a run without checkers says nothing by itself, and can be asked', () => {
  const lab = new Lab(dictated('kmigrated-v1', 2, [visitors([anon(62)], { 1: [{ atMs: 200 }] })], { scansMs: [100], walksMs: [300], checkers: false })).to(400);
  set(lab, 11, LRU, ISOLATED);
  while (lab.world.run(2500 * MS, 1_000_000, 'time') === 'budget');
  assert.deepEqual(lab.system.violations(), []);
  assert.notDeepEqual(lab.system.check(lab.world.threads), []);
});

test('the checkers change nothing: a run that is looked at after every step has the digest of one that is not', () => {
  const plain = onceOver('kmigrated-v1', 62).to(400).world.rec.trace.digest();
  const watched = onceOver('kmigrated-v1', 62);
  while (watched.world.run(400 * MS, 1, 'time') === 'budget') assert.deepEqual(watched.violations(), []);
  assert.equal(watched.world.rec.trace.digest(), plain);
});

test('many faults at once: at most twenty sentences', () => {
  const lab = rested();
  for (let u = 0; u < 100; u++) set(lab, u, LRU, ISOLATED);
  assert.equal(lab.system.check(lab.world.threads).length, 20);
  lab.vma().flags.fill(PTE_PRESENT | PTE_WRITE);
  lab.system.blame(lab.system.check(lab.world.threads));
  assert.ok(lab.system.violations().length <= 20);
});
