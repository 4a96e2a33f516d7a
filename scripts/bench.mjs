// Measures what the project promises and prints it beside its goals; a goal that is missed is printed as missed. Usage: npm run bench
import './lib/ownnode.mjs';
import fs from 'node:fs';
import os from 'node:os';
import { spawnSync } from 'node:child_process';
import * as esbuild from 'esbuild';
import { ROOT, at } from './lib/common.mjs';
import { activationFigures } from './lib/activation.mjs';
import { frameFigures } from './lib/framerate.mjs';

/** @typedef {{ name: string, value: number, unit: string, goal?: number, worst?: number, calibrationMs?: number }} Figure */

/** @param {string} entry @returns {Figure[]} */
function figuresOf(entry) {
  fs.mkdirSync(at('out'), { recursive: true });
  esbuild.buildSync({ absWorkingDir: ROOT, entryPoints: [entry], outfile: 'out/bench.cjs', bundle: true, platform: 'node', target: 'node20', minify: true, logLevel: 'error' });
  const child = spawnSync(process.execPath, [at('out/bench.cjs')], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout);
}

/** @returns {Figure[]} */
function sizes() {
  /** @type {Figure[]} */
  const figures = [{ name: 'bundle of the extension host', value: fs.statSync(at('dist/extension.js')).size / 1024, unit: 'KiB', goal: 400 }];
  const vsix = fs.readdirSync(ROOT).find(f => f.endsWith('.vsix'));
  if (vsix) figures.push({ name: `package ${vsix}`, value: fs.statSync(at(vsix)).size / 2 ** 20, unit: 'MiB', goal: 1.5 });
  else console.log('no .vsix here: run `npm run package` first to have its size');
  return figures;
}

/** @param {Figure} f */
function line(f) {
  const digits = f.value < 10 ? 2 : f.value < 1000 ? 1 : 0;
  const met = f.unit === 'frames/s' || f.unit === 'x real time' ? f.value >= (f.goal ?? 0) : f.value <= (f.goal ?? Infinity);
  return [
    `${f.value.toFixed(digits)} ${f.unit}`.padStart(16), f.name,
    f.worst === undefined ? '' : `worst ${f.worst.toFixed(1)}`,
    f.calibrationMs === undefined ? '' : `${(f.value / f.calibrationMs).toFixed(2)} x a plain read of the same bytes (${f.calibrationMs.toFixed(2)} ms)`,
    f.goal === undefined ? '' : `goal ${f.goal}: ${met ? 'met' : 'MISSED'}`,
  ].filter(Boolean).join('; ');
}

const load = os.loadavg()[0];
console.log(`simulator benchmarks; Node ${process.version}, ${os.cpus().length} x ${os.cpus()[0]?.model.trim()}, load ${load?.toFixed(2)}${load && load > 0.7 ? ' (busy: figures are too high)' : ''}`);
for (const f of [...figuresOf('test/bench/main.ts'), ...figuresOf('test/bench/labmain.ts'), ...await frameFigures(), ...activationFigures(), ...sizes()]) console.log(line(f));
