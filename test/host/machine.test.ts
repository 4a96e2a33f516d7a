/** Reading a machine's own files: every recorded machine, laid out as its kernel showed it, gives the scenario that its sample gives. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { readMachine } from '../../src/host/node/machine';
import { newScenarioFromZoneinfo } from '../../src/scenario/defaults';
import { loadScenario } from '../../src/scenario/load';
import { at } from '../support/root';

interface Sample {
  readonly files: Readonly<Record<string, string>>;
}

/** Writes a sample's files below a folder as /proc and /sys have them. */
function layOut(root: string, files: Readonly<Record<string, string>>): void {
  const write = (file: string, text: string): void => {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
  };
  for (const [name, text] of Object.entries(files)) if (name.startsWith('/')) write(name, text);
  for (const line of (files['memory_blocks'] ?? '').split('\n')) {
    const m = /^(memory\d+) state=(\S+) valid_zones=\S* node=(\d+)/.exec(line);
    if (m === null) continue;
    write(`/sys/devices/system/memory/${m[1]}/state`, `${m[2]}\n`);
    write(`/sys/devices/system/memory/${m[1]}/node${m[3]}/x`, '');
  }
}

const DIR = 'test/fixtures/machines';
const samples = fs.readdirSync(at(DIR)).filter(f => f.endsWith('.json')).slice(0, 6);

for (const file of samples) {
  test(`the machine of ${file} is read from its own files`, async () => {
    const sample = JSON.parse(fs.readFileSync(at(DIR, file), 'utf8')) as Sample;
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'kmigrated-machine-'));
    try {
      const { dmesg_numa: _, dmesg: __, dmesg_oracle: ___, ...files } = sample.files;
      layOut(root, files);
      const read = await readMachine(root);
      assert.ok(read.ok);
      const mine = newScenarioFromZoneinfo(read.text, 'x');
      const expected = newScenarioFromZoneinfo(JSON.stringify({ name: 'this machine', files }), 'x');
      assert.equal(typeof expected, 'string');
      assert.deepEqual(mine, expected);
      const loaded = await loadScenario(typeof mine === 'string' ? mine : '', () => Promise.resolve(undefined));
      assert.ok(loaded.ok);
    } finally {
      fs.rmSync(root, { recursive: true, force: true });
    }
  });
}

test('a host without /proc/zoneinfo says so, and zeros in iomem are not read as addresses', async () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'kmigrated-machine-'));
  try {
    const none = await readMachine(root);
    assert.ok(!none.ok && none.text.includes('/proc/zoneinfo'));
    layOut(root, { '/proc/zoneinfo': 'Node 0, zone DMA\n', '/proc/iomem': '00000000-00000000 : System RAM\n  00000000-00000000 : Kernel code\n' });
    const zeros = await readMachine(root);
    assert.ok(zeros.ok && !zeros.text.includes('iomem'));
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
});
