// Activation of the bundled extension: loading dist/extension.js and calling activate() against a stand-in for the vscode module, each time in a new process.
import { spawnSync } from 'node:child_process';
import { at } from './common.mjs';

// Runs in the child. Any property of the stand-in is callable, constructible and has every property, so that activate() runs all its registrations.
const CHILD = `
const Module = require('node:module');
const stand = () => { const f = function () { return any; }; return new Proxy(f, {
  get: (t, k) => k === Symbol.toPrimitive ? () => 'stand-in' : k === Symbol.iterator ? function* () {} : k === 'then' ? undefined : k === 'prototype' ? t.prototype : any,
  apply: () => any, construct: () => any, set: () => true }); };
const any = stand();
// esbuild makes the imported module an object that inherits from this one's prototype
const vscode = new Proxy({}, { getPrototypeOf: () => any, get: () => any });
const load = Module._load;
Module._load = function (id, ...rest) { return id === 'vscode' ? vscode : load.call(this, id, ...rest); };
const begin = performance.now();
const extension = require(process.argv[1]);
const loaded = performance.now();
const uri = any;
extension.activate({ subscriptions: [], extensionUri: uri, extension: { packageJSON: { version: '0.0.0' } }, workspaceState: { get: (k, d) => d, update: () => Promise.resolve(), keys: () => [] }, globalState: { get: (k, d) => d, update: () => Promise.resolve(), keys: () => [] }, environmentVariableCollection: any, extensionMode: 1 });
console.log(JSON.stringify([loaded - begin, performance.now() - begin]));
process.exit(0);
`;

/** @returns {{ name: string, value: number, unit: string, goal: number, worst: number }[]} */
export function activationFigures() {
  /** @type {number[]} */
  const times = [];
  for (let i = 0; i < 9; i++) {
    const child = spawnSync(process.execPath, ['-e', CHILD, at('dist/extension.js')], { encoding: 'utf8' });
    if (child.status !== 0) throw new Error(`activation could not be measured: ${child.stderr}`);
    times.push(JSON.parse(child.stdout.trim().split('\n').at(-1) ?? '[]')[1]);
  }
  times.sort((a, b) => a - b);
  return [{ name: 'activation (load the bundle and call activate(), stand-in for vscode, new process)', value: times[4] ?? NaN, unit: 'ms', goal: 50, worst: times.at(-1) ?? NaN }];
}
