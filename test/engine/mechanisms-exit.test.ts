/** What ends: a process takes its memory with it, munmap() is paid for, a folio that goes back waits in a batch, a scan steps over what is not there, range flushes are of one mm. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Cause } from '../../src/engine/cost/ledger';
import { FOLIO, LRU } from '../../src/engine/machine/pagestate';
import { PTE_STATE, PTE_NONE } from '../../src/engine/mm/pte';
import type { Op, ProcessSpec } from '../../src/engine/system/spec';
import { Lab, MS, dictated, onceOver, visitors } from './mechanisms-world';
import { anon } from './programs';

const until = (ms: number): Op => ({ op: 'repeat', until: { kind: 'time', ps: ms * MS }, body: [{ op: 'compute', ps: MS }] });

/** One thread that touches so many pages and ends, with or without munmap() first. */
function ending(pages: number, atMs: number, unmaps: boolean): ProcessSpec {
  const base = visitors([anon(pages)], {}, [0]);
  const [main] = base.threads;
  return { ...base, threads: [{ ...main, ops: [main.ops[0], until(atMs), ...(unmaps ? [{ op: 'unmap' as const, vma: 0 }] : [])] }] };
}

test('the last thread of a process takes its memory with it (exit_mmap())', () => {
  const lab = new Lab(dictated('sync', 2, [ending(310, 200, false)], {}));
  lab.to(150);
  const pfns = [...lab.vma().pfn], { frames } = lab.world.machine;
  assert.ok(pfns.every((pfn) => (frames.get(pfn) & FOLIO) !== 0));
  lab.to(400);
  assert.ok(lab.vma().flags.every((f) => (f & PTE_STATE) === PTE_NONE));
  assert.ok(pfns.every((pfn) => (frames.get(pfn) & FOLIO) === 0), 'free, in the buddy or on a per-CPU list');
});

test('munmap() costs a part by folio', () => {
  for (const pages of [31, 310]) {
    const lab = new Lab(dictated('sync', 2, [ending(pages, 200, true)], {})).to(150);
    const before = lab.paid('cpu 0', Cause.Kernel);
    lab.to(400);
    assert.ok(lab.paid('cpu 0', Cause.Kernel) - before >= pages * lab.world.spec.costs.zapFolioPs);
  }
});

test('a folio that could not be moved goes into the LRU batch of the CPU that puts it back, and is off the LRU until that drains', () => {
  const lab = onceOver('sync', 93, { pinnedShare: 1 });
  lab.until(400, () => lab.sum('fail_pinned') === 10);
  const { frames } = lab.world.machine;
  const vma = lab.vma();
  let off = 0;
  for (const pfn of vma.pfn) if (!(frames.get(pfn) & LRU)) off++;
  assert.equal(off, 10, 'those ten wait');
  lab.to(400);
  assert.ok(vma.pfn.every((pfn) => (frames.get(pfn) & LRU) !== 0), 'the 31st drains a batch, and 93 are three of them');
});

test('a scan pays for entries where a table is, and next to nothing where none is', () => {
  const scan = (pages: number): number => {
    const base = visitors([anon(pages)], {}, [0]);
    const [main] = base.threads;
    const process: ProcessSpec = { ...base, threads: [{ ...main, ops: [{ op: 'sweep', vma: 0, from: 0, step: 1, count: 31, write: true }, until(3_600_000)] }] };
    const lab = new Lab(dictated('sync', 2, [process], { scansMs: [100] })).to(300);
    return lab.system.ledger.total(Cause.PteScan);
  };
  const small = scan(512), large = scan(512 * 40);
  assert.ok(large - small < 200 * 20_000, `40 ranges without a table cost ${large - small} ps more`);
});
