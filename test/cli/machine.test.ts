// `machine FILE`: a line a zone for every sample, in each form in which a machine's texts come.
import assert from 'node:assert/strict';
import test from 'node:test';
import { machineCommand } from '../../src/cli/machine';
import { SAMPLES, sampleText, sampleTexts } from '../scenario/texts';

interface Outcome {
  readonly status: number;
  readonly out: string[];
  readonly err: string[];
}

async function run(args: readonly string[], files: Record<string, string | undefined>): Promise<Outcome> {
  const out: string[] = [], err: string[] = [];
  const read = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error(`no ${path}`);
    return text;
  };
  return { status: await machineCommand(args, { read, out: line => void out.push(line), err: line => void err.push(line) }), out, err };
}

const cells = (line: string): string[] => line.trim().split(/ {2,}/);

test('each sample gives a header and a line a zone', async () => {
  for (const name of SAMPLES) {
    const { status, out, err } = await run(['s.json'], { 's.json': sampleText(name) });
    assert.deepEqual([status, err], [0, []], name);
    const populated = sampleTexts(name).zoneinfo.split(/^(?=Node )/m).filter(p => /present +[1-9]/.test(p)).length;
    assert.equal(out.slice(1).filter(l => !l.includes('no memory')).length, populated, name);
    assert.deepEqual(cells(out[0]), ['node', 'zone', 'start', 'spanned', 'present', 'managed', 'min', 'low', 'high', 'holes']);
    assert.ok(!out.some(l => l.includes('unknown')), name);
  }
});

test('the figures of one machine, holes with their PFNs', async () => {
  const { out } = await run(['s.json'], { 's.json': sampleText('2n-pcihole.v1-on-6.12') });
  assert.deepEqual(out.slice(1).map(cells), [
    ['0', 'DMA', '1', '4095', '3998', '3840', '6', '9', '12', '97: 159-255 reserved'],
    ['0', 'DMA32', '4096', '651264', '651264', '634241', '1126', '1759', '2392', '0'],
    ['1', 'DMA32', '655360', '393216', '131040', '114656', '203', '317', '431', '262176: 786400-786431 reserved, 786432-1048575'],
    ['1', 'Normal', '1048576', '524288', '524288', '513282', '912', '1425', '1938', '0'],
  ]);
  const empty = await run(['s.json'], { 's.json': sampleText('4n-memoryless-and-cpuless.v1-on-6.12') });
  assert.ok(empty.out.some(l => /^ *2 .*no memory$/.test(l)));
});

test('a bare zoneinfo: position unknown; with a text beside it, or in a directory: known', async () => {
  const { zoneinfo, iomem, dmesg } = sampleTexts('2n-pcihole.v1-on-6.12');
  const bare = await run(['d/zoneinfo'], { 'd/zoneinfo': zoneinfo });
  assert.equal(bare.status, 0);
  assert.ok(bare.out.some(l => l.endsWith('262176 position unknown')));
  assert.ok(bare.out.some(l => l.startsWith('note: The positions of the holes are not known')));
  for (const files of [{ 'd/zoneinfo': zoneinfo, 'd/iomem': iomem }, { 'd/zoneinfo': zoneinfo, 'd/dmesg': dmesg }, { 'd/zoneinfo': zoneinfo, 'd/dmesg_numa': dmesg }]) {
    for (const arg of ['d/zoneinfo', 'd', 'd/']) {
      const { status, out } = await run([arg], files);
      assert.equal(status, 0);
      assert.ok(!out.some(l => l.includes('unknown')), arg);
    }
  }
  const named = await run(['h1-zoneinfo.txt'], { 'h1-zoneinfo.txt': zoneinfo, 'h1-iomem.txt': iomem });
  assert.ok(!named.out.some(l => l.includes('unknown')));
});

test('the watermarks are those that zoneinfo shows, boost included', async () => {
  const after: Record<string, unknown> = JSON.parse(sampleText('run.2n-target-nearly-full.v1')).files;
  const { out } = await run(['z'], { z: String(after['/proc/zoneinfo#after']) });
  assert.ok(out.some(l => cells(l).slice(6, 9).join(' ') === '1185 1225 1265'), out.join('\n'));
});

test('what cannot be read is said, with the line', async () => {
  assert.equal((await run([], {})).status, 2);
  assert.equal((await run(['a', 'b'], {})).status, 2);
  assert.deepEqual((await run(['--help'], {})).status, 0);
  const gone = await run(['gone'], {});
  assert.equal(gone.status, 1);
  assert.match(gone.err[0], /gone cannot be read \(no gone\)/);
  const text = sampleTexts('2n-plain.v1-on-6.12').zoneinfo;
  const line = text.slice(0, text.indexOf('Node 0, zone    DMA32')).split('\n').length;
  const broken = await run(['z'], { z: text.replace(/start_pfn: +4096\n/, '\n') });
  assert.deepEqual([broken.status, broken.out], [1, []]);
  assert.match(broken.err[0], new RegExp(`^z:${line}: Node 0, zone DMA32: start_pfn cannot be found`));
  assert.match((await run(['s'], { s: '{"files": {}}' })).err[0], /has no file "\/proc\/zoneinfo"/);
  assert.match((await run(['s'], { s: '{' })).err[0], /no JSON/);
});
