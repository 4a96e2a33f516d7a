// Machines from their texts: the samples of real machines number by number, layouts of the field, broken texts, random texts.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { MachineSpec } from '../../src/engine/machine/spec';
import { checkMachine } from '../../src/scenario/machine/check';
import { type MachineTexts, readMachine } from '../../src/scenario/machine/read';
import { parseZoneinfo } from '../../src/scenario/machine/zoneinfo';
import { SAMPLES, sampleTexts, type ZoneNumbers, zoneinfo } from './texts';

function machineOf(texts: MachineTexts): MachineSpec {
  const result = readMachine(texts, 'test');
  assert.ok(result.ok, result.ok ? '' : result.problems[0]?.message);
  return result.machine;
}

const holes = (m: MachineSpec, kind: 'reserved' | undefined): string[] => m.ranges.filter(r => r.kind === kind && r.state === 'online').map(r => `${r.nid}:${r.startPfn}+${r.pages}`);

test('every sample reads, with the numbers of its zoneinfo and with its holes in their places', () => {
  assert.ok(SAMPLES.length >= 12);
  for (const name of SAMPLES) {
    const texts = sampleTexts(name);
    const machine = machineOf(texts);
    assert.deepEqual(checkMachine(machine), [], name);
    const zones = machine.nodes.flatMap(n => n.zones.map(z => ({ nid: n.nid, z })));
    // an independent look at the text: the populated paragraphs, in order
    const paragraphs = texts.zoneinfo.split(/^(?=Node )/m).filter(p => /present +[1-9]/.test(p));
    assert.equal(zones.length, paragraphs.length, name);
    paragraphs.forEach((p, i) => {
      const get = (re: RegExp): number => Number(re.exec(p)?.[1]);
      const { nid, z } = zones[i];
      assert.deepEqual(
        [nid, z.startPfn, z.spannedPages, z.presentPages, z.managedPages, z.minPages, z.lowPages, z.highPages, z.freePages],
        [/^Node (\d+)/, /start_pfn: +(\d+)/, /spanned +(\d+)/, /present +(\d+)/, /managed +(\d+)/, /^ +min +(\d+)/m, /^ +low +(\d+)/m, /^ +high +(\d+)$/m, /pages free +(\d+)/].map(get), name);
      assert.equal(z.holesKnown, true, `${name} node ${nid}`);
    });
  }
});

test('the PCI hole is no memory, but what is left of a section with boot memory is reserved', () => {
  const machine = machineOf(sampleTexts('2n-pcihole.v1-on-6.12'));
  assert.deepEqual(holes(machine, undefined), ['0:1+158', '0:256+655104', '1:655360+131040', '1:1048576+524288']);
  assert.deepEqual(holes(machine, 'reserved'), ['0:159+97', '1:786400+32']);
});

test('reserved ranges inside zones, memory hot-added as Movable, and a node without memory', () => {
  assert.deepEqual(holes(machineOf(sampleTexts('2n-reserved-holes.debian-6.1')), 'reserved'), ['0:159+97', '0:65536+10240', '0:132352+768']);
  const dimm = machineOf(sampleTexts('2n-dimm-movable.debian-6.1'));
  assert.deepEqual(dimm.nodes.map(n => n.zones.map(z => z.idx)), [[0, 1, 3], [1, 3]]);
  assert.deepEqual(dimm.ranges.slice(-2).map(r => [r.nid, r.startPfn, r.pages]), [[0, 1048576, 131072], [1, 1179648, 131072]]);
  const odd = machineOf(sampleTexts('4n-memoryless-and-cpuless.v1-on-6.12'));
  assert.deepEqual(odd.nodes.map(n => [n.nid, n.hasMemory, n.cpus.length]), [[0, true, 1], [1, true, 1], [2, false, 1], [3, true, 0]]);
});

test('iomem alone places the holes as dmesg does; memory blocks alone only where whole blocks are enough', () => {
  for (const name of SAMPLES.filter(s => !s.startsWith('run.'))) {
    const full = sampleTexts(name);
    const machine = machineOf({ zoneinfo: full.zoneinfo, iomem: full.iomem });
    assert.deepEqual(machine.ranges.filter(r => r.kind === undefined), machineOf(full).ranges.filter(r => r.kind === undefined), name);
  }
  const full = sampleTexts('2n-reserved-holes.debian-6.1');
  const blocks = machineOf({ zoneinfo: full.zoneinfo, memoryBlocks: full.memoryBlocks, blockSize: full.blockSize });
  assert.deepEqual(blocks.nodes.map(n => n.zones.map(z => z.holesKnown)), [[false, false], [true]]);
});

test('without any other text holes go to the end of the span, and that is said', () => {
  const result = readMachine({ zoneinfo: sampleTexts('2n-pcihole.v1-on-6.12').zoneinfo }, 'x');
  assert.ok(result.ok);
  assert.deepEqual(result.machine.nodes.map(n => n.zones.map(z => z.holesKnown)), [[false, true], [false, true]]);
  assert.deepEqual(holes(result.machine, undefined), ['0:1+3998', '0:4096+651264', '1:655360+131040', '1:1048576+524288']);
  assert.deepEqual(holes(result.machine, 'reserved'), []);
  assert.match(result.notes[0], /not known in node 0 DMA, node 1 DMA32: they were put at the end/);
});

test('addresses that /proc/iomem hides from who may not see them count as no information', () => {
  const { zoneinfo: text, iomem } = sampleTexts('2n-pcihole.v1-on-6.12');
  const hidden = iomem?.replace(/[0-9a-f]{8,16}(?=[- ])/g, '00000000');
  assert.deepEqual(machineOf({ zoneinfo: text, iomem: hidden }).ranges, machineOf({ zoneinfo: text }).ranges);
});

test('nodes whose zones interleave: dmesg says whose pages are where', () => {
  const text = zoneinfo([{ nid: 0, zone: 'Normal', start: 0, spanned: 98304, present: 65536 }, { nid: 1, zone: 'Normal', start: 32768, spanned: 98304, present: 65536 }]);
  const dmesg = '[ 0.0] Early memory node ranges\n[ 0.0]   node   0: [mem 0x0000000000000000-0x0000000007ffffff]\n[ 0.0]   node   1: [mem 0x0000000008000000-0x000000000fffffff]\n'
    + '[ 0.0]   node   0: [mem 0x0000000010000000-0x0000000017ffffff]\n[ 0.0]   node   1: [mem 0x0000000018000000-0x000000001fffffff]\n';
  const known = machineOf({ zoneinfo: text, dmesg });
  assert.deepEqual(holes(known, undefined), ['0:0+32768', '1:32768+32768', '0:65536+32768', '1:98304+32768']);
  assert.ok(known.nodes.every(n => n.zones[0].holesKnown));
  const guessed = machineOf({ zoneinfo: text });
  assert.deepEqual(checkMachine(guessed), []);
  assert.ok(guessed.nodes.every(n => !n.zones[0].holesKnown));
});

test('a DIMM that is offline in part, node ids with gaps, kernelcore, sixteen nodes', () => {
  const blocks = [0, 1, 2, 3].map(i => `memory${i} state=online valid_zones=none node=0\n`).join('')
    + 'memory32 state=online valid_zones=Movable node=5\nmemory33 state=offline valid_zones=Movable node=5\nmemory34 state=online valid_zones=Movable node=5\nmemory35 state=offline valid_zones=Movable node=5\n';
  const dimm = machineOf({
    zoneinfo: zoneinfo([{ nid: 0, zone: 'DMA32', start: 0, spanned: 131072, present: 131072 }, { nid: 5, zone: 'Movable', start: 1048576, spanned: 98304, present: 65536 }]),
    memoryBlocks: blocks, blockSize: '8000000\n',
  });
  assert.deepEqual(dimm.ranges.map(r => [r.nid, r.startPfn, r.pages, r.state]), [
    [0, 0, 131072, 'online'], [5, 1048576, 32768, 'online'], [5, 1081344, 32768, 'offline'], [5, 1114112, 32768, 'online'],
  ]);
  assert.equal(dimm.nodes[1].zones[0].holesKnown, true);
  const core = machineOf({ zoneinfo: zoneinfo([{ nid: 0, zone: 'Normal', start: 0, spanned: 40000, present: 40000 }, { nid: 0, zone: 'Movable', start: 40000, spanned: 25536, present: 25536 }]) });
  assert.deepEqual(core.nodes[0].zones.map(z => [z.idx, z.startPfn]), [[2, 0], [3, 40000]]);
  const many = machineOf({ zoneinfo: zoneinfo(Array.from({ length: 16 }, (_, i) => ({ nid: i * 3, zone: 'Normal', start: i * 65536, spanned: 65536, present: 65536 }))) });
  assert.deepEqual(many.nodes.map(n => n.nid), Array.from({ length: 16 }, (_, i) => i * 3));
});

test('where only memory blocks are known, pages are put into blocks that are there and online', () => {
  const line = (i: number, state: string): string => `memory${i} state=${state} valid_zones=Normal node=0\n`;
  const text = zoneinfo([{ nid: 0, zone: 'Normal', start: 0, spanned: 5 * 32768, present: 2 * 32768 - 100 }]);
  const machine = machineOf({ zoneinfo: text, memoryBlocks: line(0, 'online') + line(1, 'offline') + line(4, 'online') });
  assert.deepEqual(machine.ranges.map(r => [r.startPfn, r.pages, r.state]), [[0, 32768, 'online'], [32768, 32768, 'offline'], [131072, 32668, 'online']]);
  assert.equal(machine.nodes[0].zones[0].holesKnown, false);
});

test('watermarks are given without the boost that zoneinfo prints in them', () => {
  const [zone] = machineOf({ zoneinfo: zoneinfo([{ nid: 0, zone: 'Normal', start: 0, spanned: 4096, present: 4096, boost: 1024 }]) }).nodes[0].zones;
  assert.deepEqual([zone.minPages, zone.lowPages, zone.highPages, zone.boostPages], [30, 40, 50, 1024]);
});

test('broken texts give problems with a place', () => {
  const good = zoneinfo([{ nid: 0, zone: 'Normal', start: 0, spanned: 4096, present: 4096 }]);
  const cases: readonly [string, RegExp, string][] = [
    ['', /No line "Node N, zone NAME"/, ''],
    ['<html>no</html>', /No line "Node N, zone NAME"/, '<html>no</html>'],
    [good.replace(/ {2}start_pfn.*\n/, ''), /start_pfn cannot be found; is the text cut off/, 'Node 0, zone   Normal'],
    [good.replace('spanned  4096', 'spanned  99999999999'), /spanned is 99999999999; page numbers and counts up to/, '99999999999'],
    [good.replace('spanned  4096', 'spanned  4000'), /present is 4096, spanned only 4000/, 'Node 0, zone   Normal'],
    [good.replace('managed  4096', 'managed  5000'), /5,000 pages are managed; only 4,096 are present/, 'Node 0, zone   Normal'],
    [good.replace('Normal', 'HighMem'), /this zone is not modelled/, 'Node 0, zone   HighMem'],
    [good + good, /a second time/, 'Node 0, zone   Normal'],
    [good.replace('Node 0', 'Node 1024'), /node ids are below 1024/, 'Node 1024, zone   Normal'],
    [zoneinfo([{ nid: 0, zone: 'Normal', start: 0, spanned: 100, present: 90 }, { nid: 1, zone: 'Normal', start: 0, spanned: 100, present: 90 }]), /spans overlap too much/, ''],
    [zoneinfo([{ nid: 0, zone: 'Normal', start: 0, spanned: 100, present: 90 }, { nid: 0, zone: 'Movable', start: 50, spanned: 100, present: 50 }]), /overlap/, 'Node 0, zone   Normal'],
    [zoneinfo([{ nid: 0, zone: 'Normal', start: 4294967295, spanned: 4096, present: 4096 }]), /PFNs are below 4,294,967,296/, 'Node 0, zone   Normal'],
    [zoneinfo([{ nid: 0, zone: 'Normal', start: 0, spanned: 0, present: 0 }]), /at least one zone with present pages/, ''],
  ];
  for (const [text, message, place] of cases) {
    const result = readMachine({ zoneinfo: text }, 'x');
    assert.ok(!result.ok, message.source);
    const [p] = result.problems;
    assert.match(p.message, message);
    assert.equal(text.slice(p.offset, p.offset + p.length), place, message.source);
  }
  const long = readMachine({ zoneinfo: 'x'.repeat(4 * 1024 * 1024 + 1) }, 'x');
  assert.ok(!long.ok && /at most 4194304 is read/.test(long.problems[0].message));
});

test('carriage returns change nothing', () => {
  const text = sampleTexts('2n-plain.v1-on-6.12').zoneinfo;
  assert.deepEqual(machineOf({ zoneinfo: text.replace(/\n/g, '\r\n') }), machineOf({ zoneinfo: text }));
});

test('random damage to the texts never throws, and what reads keeps the rules', () => {
  const full = sampleTexts('4n-fake.debian-6.1');
  const damage = fc.array(fc.record({ at: fc.nat(30_000), cut: fc.nat(40), put: fc.oneof(fc.constant(''), fc.string({ maxLength: 8 }), fc.nat(2 ** 32).map(String), fc.constant('Node 1, zone DMA32\n')) }), { maxLength: 6 });
  const apply = (text: string | undefined, list: readonly { at: number; cut: number; put: string }[]): string =>
    list.reduce((t, d) => t.slice(0, d.at % (t.length + 1)) + d.put + t.slice((d.at % (t.length + 1)) + d.cut), text ?? '');
  fc.assert(fc.property(damage, damage, damage, (a, b, c) => {
    const result = readMachine({ zoneinfo: apply(full.zoneinfo, a), iomem: apply(full.iomem, b), memoryBlocks: apply(full.memoryBlocks, c), dmesg: apply(full.dmesg, b), blockSize: apply(full.blockSize, c) }, 'x');
    if (result.ok) assert.deepEqual(checkMachine(result.machine), []);
    else for (const p of result.problems) assert.ok(/[.?]$/.test(p.message) && p.offset >= 0 && p.length >= 0);
  }), { numRuns: 150 });
  fc.assert(fc.property(fc.string({ maxLength: 400 }), text => typeof parseZoneinfo(text).ok === 'boolean'));
});

test('random interleaved zones always get their pages, or a sentence', () => {
  const zone = fc.record({ nid: fc.integer({ min: 0, max: 5 }), start: fc.nat(2000), spanned: fc.integer({ min: 1, max: 2000 }), missing: fc.nat(1500) });
  fc.assert(fc.property(fc.uniqueArray(zone, { maxLength: 6, minLength: 1, selector: z => z.nid }), list => {
    const zones = list.map((z): ZoneNumbers => ({ nid: z.nid, zone: 'Normal', start: z.start, spanned: z.spanned, present: Math.max(1, z.spanned - z.missing) }));
    const result = readMachine({ zoneinfo: zoneinfo(zones) }, 'x');
    if (result.ok) assert.deepEqual(checkMachine(result.machine), []);
    else assert.match(result.problems[0].message, /overlap too much/);
  }));
});
