/** Benchmarks of the lab: comparison and sweep as a user runs them, and page events on a Zipf work. Run by `npm run bench`. */

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Counter } from '../../src/engine/observe/counters';
import { buildWorld } from '../../src/engine/sim/build';
import { PS_PER_S } from '../../src/engine/types';
import { loadScenario } from '../../src/scenario/load';
import type { Figure } from './engine';

const ROOT = process.cwd();

/** Seconds that a command of the bundled command line takes. */
function seconds(...args: string[]): number {
  const begin = performance.now();
  const ran = spawnSync(process.execPath, [path.join(ROOT, 'dist/cli.js'), ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (ran.status !== 0) throw new Error(`${args.join(' ')}: ${ran.stderr}`);
  return (performance.now() - begin) / 1000;
}

/** 1 GiB on the wrong one of two nodes, 10 s. */
function gigabyte(): string {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'bench-')), 'gigabyte.json');
  fs.writeFileSync(file, JSON.stringify({
    schemaVersion: 1, name: '1 GiB', seed: 1, durationSeconds: 10,
    machine: { name: '2 x 4 GiB', source: 'Made up for a benchmark.', nodes: [0, 1].map((nid) => ({ nid, cpus: [nid], zones: [{ zone: 'Normal', startPfn: `${4 + 4 * nid} GiB`, spannedPages: '4 GiB' }] })) },
    system: { migrator: 'kmigrated-v1' }, programs: [{ kind: 'zipf', s: 0.99, size: '1 GiB', home: 0, threads: [{ node: 1 }] }],
  }));
  return file;
}

/** Page events (accesses, hint faults, marks, visits, migrations) of a tier pair a host second, until so many accesses are made. */
async function events(accesses: number): Promise<number> {
  const text = JSON.stringify({
    schemaVersion: 1, name: 'events', seed: 1, durationSeconds: 3600,
    machine: { name: 'tiers', source: 'Made up for a benchmark.', nodes: [{ nid: 0, cpus: [0], zones: [{ zone: 'Normal', startPfn: '4 GiB', spannedPages: '2 GiB' }] }, { nid: 1, cpus: [], zones: [{ zone: 'Normal', startPfn: '6 GiB', spannedPages: '2 GiB' }] }] },
    system: { migrator: 'kmigrated-v1', topTier: [0], numaBalancing: { mode: 2, scanPeriodMinMs: 100, scanDelayMs: 20 } },
    programs: [{ kind: 'zipf', s: 0.99, size: '400000 KiB', home: 0, firstTouchNode: 1, threads: [{ node: 0 }] }],
  });
  const read = await loadScenario(text, () => Promise.resolve(undefined));
  if (!read.ok) throw new Error(read.problems[0]?.message);
  const built = buildWorld(read.spec);
  if (!built.ok) throw new Error(built.text);
  const { world } = built;
  const made = (): number => world.system?.progress().accesses ?? 0;
  // the first touches are no part of it
  while (made() < 100_000) world.run(world.nowPs + PS_PER_S / 100, Infinity, 'time');
  const from = made(), before = world.rec.totals();
  const begin = performance.now();
  while (made() < from + accesses) world.run(world.nowPs + PS_PER_S / 1000, Infinity, 'time');
  const hostS = (performance.now() - begin) / 1000;
  const after = world.rec.totals();
  const counted = (['numa_hint_faults', 'marks_set', 'marks_consumed', 'pages_moved', 'numa_pte_updates'] as const).reduce((n, name) => n + after[Counter[name]] - before[Counter[name]], 0);
  return (made() - from + counted) / hostS;
}

export async function labFigures(): Promise<Figure[]> {
  const compare = seconds('compare', 'media/scenarios/default.kmigrated.json', '--seeds', '5', '--json');
  const axis = (name: string, values: readonly number[]): string => `${name}=${values.join(',')}`;
  const twenty = Array.from({ length: 20 }, (_, i) => i + 1);
  const sweep = seconds('sweep', gigabyte(), '--x', axis('v1:batchFolios', twenty.map((i) => i * 50)), '--y', axis('v1:delayMs', twenty.map((i) => i * 100)), '--arms', 'kmigrated-v1', '--seeds', '1', '--json');
  const figures: Figure[] = [
    { name: 'compare ten designs x 5 seeds on the default scenario (25 s simulated)', value: compare, unit: 's', goal: 60 },
    { name: 'sweep of 400 points over 1 GiB, 10 s', value: sweep, unit: 's', goal: 120 },
  ];
  const rates: number[] = [];
  for (const accesses of [100_000, 1_000_000, 10_000_000]) {
    const rate = (await events(accesses)) / 1e6;
    rates.push(rate);
    figures.push({ name: `page events a second, Zipf 0.99 over 100,000 pages, ${accesses.toLocaleString('en-US')} accesses (goal 4, more is better)`, value: rate, unit: 'M/s' });
  }
  figures.push({ name: 'page events: slowest of the three against the fastest (goal: within 25 %)', value: (1 - Math.min(...rates) / Math.max(...rates)) * 100, unit: '%', goal: 25 });
  return figures;
}
