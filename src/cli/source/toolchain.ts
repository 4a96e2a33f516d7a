/** Where the command line finds a C compiler for WebAssembly: clang and wasm-ld of the machine, else the @yowasp/clang package of this project. */

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { KERNEL_FILES, type KernelFiles, type Toolchain, type Tree } from '../../policy/compile';

/** Newest messages of a tool, in characters. */
const MOST_TEXT = 200_000;

/** Files of media/kernel beside the bundle (dist/cli.js). */
export function kernelFiles(root: string): KernelFiles {
  const read = (name: string): string => fs.readFileSync(path.join(root, 'media/kernel', name), 'utf8');
  const [kernel, list, sched, mm, runtime] = KERNEL_FILES.map(read);
  return { 'km_kernel.h': kernel, 'list.h': list, 'sched.h': sched, 'mm.h': mm, 'runtime.c': runtime };
}

/** The first that works, or why none does. */
export async function findToolchain(root: string): Promise<Toolchain | string> {
  return nativeClang() ?? (await yowasp(root)) ?? 'There is no C compiler for WebAssembly: install clang and wasm-ld with the wasm64 target, or run `npm ci` in this project, which brings @yowasp/clang.';
}

function nativeClang(): Toolchain | undefined {
  const probe = spawnSync('clang', ['--print-targets'], { encoding: 'utf8' });
  const linker = spawnSync('wasm-ld', ['--version'], { encoding: 'utf8' });
  if (probe.status !== 0 || linker.status !== 0 || !/\bwasm64\b/.test(probe.stdout)) return undefined;
  const version = /clang version (\S+)/.exec(spawnSync('clang', ['--version'], { encoding: 'utf8' }).stdout)?.[1] ?? '';
  return { name: `clang ${version}`, run: (tool, args, files) => Promise.resolve(runNative(tool === 'addr2line' ? 'llvm-addr2line' : tool, args, files)) };
}

function runNative(tool: string, args: readonly string[], files: Tree): { status: number; files: Tree; text: string } {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'kmigrated-'));
  try {
    writeTree(dir, files);
    const ran = spawnSync(tool, args, { cwd: dir, encoding: 'utf8', maxBuffer: MOST_TEXT * 8 });
    const out: Record<string, Uint8Array> = {};
    for (const name of fs.readdirSync(dir)) if (fs.statSync(path.join(dir, name)).isFile()) out[name] = new Uint8Array(fs.readFileSync(path.join(dir, name)));
    return { status: ran.status ?? 1, files: out, text: `${ran.stdout}${ran.stderr}`.slice(0, MOST_TEXT) };
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

function writeTree(dir: string, files: Tree): void {
  for (const [name, content] of Object.entries(files)) {
    const at = path.join(dir, name);
    if (typeof content === 'string' || content instanceof Uint8Array) fs.writeFileSync(at, content);
    else {
      fs.mkdirSync(at, { recursive: true });
      writeTree(at, content);
    }
  }
}

/** What of @yowasp/clang is used: each tool as a function over a file tree; a failure is thrown, with the files and an exit code. */
interface Yowasp {
  /** Without arguments: reads its 100 MB. */
  readonly runLLVM: (args: null, files: Tree, options: object) => Promise<unknown>;
  readonly commands: Readonly<Record<string, (args: readonly string[], files: Tree, options: object) => Promise<Tree>>>;
}

const isYowasp = (value: unknown): value is Yowasp => typeof value === 'object' && value !== null && 'commands' in value && typeof value.commands === 'object' && 'runLLVM' in value && typeof value.runLLVM === 'function';

async function yowasp(root: string): Promise<Toolchain | undefined> {
  const entry = path.join(root, 'node_modules/@yowasp/clang/gen/bundle.js');
  if (!fs.existsSync(entry)) return undefined;
  const loaded: unknown = await import(pathToFileURL(entry).href);
  if (!isYowasp(loaded)) return undefined;
  await loaded.runLLVM(null, {}, { fetchProgress: () => undefined });
  const version: unknown = JSON.parse(fs.readFileSync(path.join(root, 'node_modules/@yowasp/clang/package.json'), 'utf8')).version;
  return { name: `@yowasp/clang ${String(version)}`, run: (tool, args, files) => runYowasp(loaded, tool, args, files) };
}

async function runYowasp(loaded: Yowasp, tool: string, args: readonly string[], files: Tree): Promise<{ status: number; files: Tree; text: string }> {
  const decoder = new TextDecoder();
  let text = '';
  const hear = (bytes: Uint8Array | null): void => {
    if (bytes !== null && text.length < MOST_TEXT) text += decoder.decode(bytes, { stream: true });
  };
  try {
    const made = await loaded.commands[tool](args, files, { stdout: hear, stderr: hear });
    return { status: 0, files: made, text };
  } catch (error) {
    const status = typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number' ? error.code : 1;
    return { status, files: {}, text: text === '' ? String(error) : text };
  }
}
