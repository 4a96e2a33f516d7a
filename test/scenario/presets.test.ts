// Presets: the real ones equal what the samples say, all of them keep the rules and can be built.
import assert from 'node:assert/strict';
import test from 'node:test';
import { buildWorld } from '../../src/engine/sim/build';
import { loadScenario } from '../../src/scenario/load';
import { checkMachine } from '../../src/scenario/machine/check';
import { inlineMachine, inlineOf, minFreePages, watermarks } from '../../src/scenario/machine/inline';
import { readMachine } from '../../src/scenario/machine/read';
import { sparePages } from '../../src/scenario/machine/spare';
import { compact, expand } from '../../src/scenario/presets/compact';
import { presetList, presetMachine } from '../../src/scenario/presets/presets';
import { REAL_MACHINES } from '../../src/scenario/presets/real';
import { SAMPLES, sampleTexts } from './texts';

const FROM: { readonly [id in keyof typeof REAL_MACHINES]: string } = {
  '2n-plain': '2n-plain.v1-on-6.12', '2n-pcihole': '2n-pcihole.v1-on-6.12', '2n-reserved-holes': '2n-reserved-holes.v1-on-6.12',
  '2n-dimm-movable': '2n-dimm-movable.debian-6.1', '4n-memoryless-and-cpuless': '4n-memoryless-and-cpuless.v1-on-6.12', '3n-fake': '4n-fake.debian-6.1',
  '4n-interleaved': 'run.4n-interleaved-targets.v1', '2n-small-target': 'run.2n-target-nearly-full.v1',
};

test('the real presets are the samples', () => {
  for (const [id, lines] of Object.entries(REAL_MACHINES)) {
    const sample = Object.entries(FROM).find(([key]) => key === id)?.[1] ?? '';
    assert.ok(SAMPLES.includes(sample), id);
    const result = readMachine(sampleTexts(sample), id);
    assert.ok(result.ok);
    assert.deepEqual(lines.join('\n').split('\n'), compact(result.machine).split('\n'), id);
  }
});

test('every preset keeps the rules, reads back from its short and its long form, and can be built', async () => {
  assert.equal(new Set(presetList().map(p => p.id)).size, presetList().length);
  for (const preset of presetList()) {
    const machine = presetMachine(preset.id);
    assert.ok(machine !== undefined, preset.id);
    assert.deepEqual(checkMachine(machine), [], preset.id);
    assert.deepEqual(expand(compact(machine), machine.name, machine.source), machine, preset.id);
    assert.deepEqual(inlineMachine(inlineOf(machine), 'x'), machine, preset.id);
    assert.match(preset.source, /\.$/);
    assert.equal(/[Mm]ade up/.test(preset.source), preset.madeUp, preset.id);
    const loaded = await loadScenario(`{"schemaVersion": 1, "machine": {"preset": "${preset.id}"}}`, () => Promise.resolve(undefined));
    assert.ok(loaded.ok && loaded.warnings.length === 0);
    assert.ok(buildWorld(loaded.spec).ok, preset.id);
  }
  assert.equal(presetMachine('none'), undefined);
});

test('a region may take exactly what the engine gives', async () => {
  for (const { id } of presetList().filter(p => p.id !== '2x1tib')) {
    const machine = presetMachine(id);
    for (const node of machine?.nodes.filter(n => n.hasMemory).slice(0, 3) ?? []) {
      const load = (pages: number): ReturnType<typeof loadScenario> =>
        loadScenario(`{"schemaVersion": 1, "machine": {"preset": "${id}"}, "regions": [{"name": "r", "node": ${node.nid}, "size": "${pages} pages"}]}`, () => Promise.resolve(undefined));
      const most = await load(sparePages(node));
      assert.ok(most.ok);
      const built = buildWorld(most.spec);
      assert.ok(built.ok, built.ok ? '' : built.text);
      assert.equal((await load(sparePages(node) + 1)).ok, false);
    }
  }
});

test('the large preset has a tebibyte a node, the made-up one sixteen nodes', () => {
  const tib = presetMachine('2x1tib');
  assert.deepEqual(tib?.nodes.map(n => n.zones.reduce((sum, z) => sum + z.presentPages, 0)), [2 ** 28 - 98, 2 ** 28]);
  assert.equal(presetMachine('16n-made-up')?.nodes.length, 16);
});

test('default watermarks follow the rule of the kernel', () => {
  // min_free_kbytes of 1 GiB is 4096, of 16 MiB 512; it stays between 128 KiB and 256 MiB
  assert.deepEqual([minFreePages(2 ** 18), minFreePages(2 ** 12), minFreePages(1), minFreePages(2 ** 40)], [1024, 128, 32, 65536]);
  // the kernel's own figures: every zone of a real machine, to a page or two of rounding
  for (const id of ['2n-plain', '2n-pcihole', '4n-memoryless-and-cpuless']) {
    const zones = presetMachine(id)?.nodes.flatMap(n => n.zones) ?? [];
    const lowmem = zones.reduce((sum, z) => sum + z.managedPages, 0);
    for (const z of zones) {
      const { min, low, high } = watermarks(z.managedPages, lowmem, false);
      assert.ok(Math.abs(min - z.minPages) <= 3 && Math.abs(low - z.lowPages) <= 3 && Math.abs(high - z.highPages) <= 4, `${id}: ${min} ${low} ${high}, not ${z.minPages} ${z.lowPages} ${z.highPages}`);
    }
  }
  assert.deepEqual(watermarks(2 ** 24, 2 ** 24, false), { min: 8192, low: 8192 + 16777, high: 8192 + 2 * 16777 });
  assert.equal(watermarks(2 ** 20, 2 ** 20, true).min, 128);
});
