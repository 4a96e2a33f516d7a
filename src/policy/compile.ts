/** From a C file to a WebAssembly module: which headers it sees, how the compiler is called, and what its messages mean. The compiler itself is given. */

/** A file tree as the compilers take it: names to text, bytes, or a folder. */
export interface Tree {
  readonly [name: string]: Tree | string | Uint8Array;
}

/** A tool of LLVM by name: its arguments and files; gives what it wrote, and its messages. */
export interface Toolchain {
  /** "clang 22 (WebAssembly)", for the line that says what built the module. */
  readonly name: string;
  run(tool: 'clang' | 'wasm-ld' | 'addr2line', args: readonly string[], files: Tree): Promise<{ readonly status: number; readonly files: Tree; readonly text: string }>;
}

/** Files of media/kernel, by name. */
export const KERNEL_FILES = ['km_kernel.h', 'list.h', 'sched.h', 'mm.h', 'runtime.c'] as const;
export type KernelFiles = Readonly<Record<(typeof KERNEL_FILES)[number], string>>;

/** Kernel headers that a file may include: each is the whole of media/kernel. */
const LINUX_HEADERS = [
  'array_size', 'atomic', 'bitfield', 'bitmap', 'bitops', 'bits', 'bug', 'build_bug', 'cleanup', 'compiler', 'compiler_types', 'completion', 'container_of', 'cpu', 'cpuhotplug', 'cpumask',
  'debugfs', 'delay', 'err', 'errno', 'export', 'fault-inject', 'freezer', 'gfp', 'gfp_types', 'hash', 'hashtable', 'huge_mm', 'init', 'interrupt', 'jiffies', 'kernel', 'kstrtox',
  'kthread', 'ktime', 'limits', 'list', 'list_sort', 'llist', 'lockdep', 'log2', 'math', 'math64', 'memcontrol', 'memory', 'memory-tiers', 'memory_hotplug', 'mempolicy', 'migrate',
  'migrate_mode', 'min_heap', 'minmax', 'mm', 'mm_inline', 'mm_types', 'mman', 'mmdebug', 'mmu_notifier', 'mmzone', 'module', 'moduleparam', 'mutex', 'nodemask', 'notifier', 'numa',
  'page-flags', 'page-isolation', 'page_ext', 'page_idle', 'page_owner', 'page_ref', 'pagemap', 'pagevec', 'percpu', 'percpu-defs', 'pfn', 'pghot', 'pgtable', 'preempt', 'printk',
  'random', 'ratelimit', 'rcupdate', 'rmap', 'rwsem', 'sched', 'seq_file', 'slab', 'smp', 'sort', 'spinlock', 'stddef', 'string', 'swap', 'swapops', 'sysctl', 'sysfs', 'task_work',
  'time', 'timer', 'topology', 'types', 'uaccess', 'vmalloc', 'vmstat', 'wait', 'wait_bit', 'workqueue', 'xarray',
];

/** What a module is built for. */
export interface BuildOptions {
  /** Width of unsigned long, of pointers and of flag words. */
  readonly wordBits: 32 | 64;
  /** Bit position of PAGE_EXT_MIGRATE_READY, 2 .. 24. */
  readonly readyBit: number;
  readonly hz: number;
  /** PAGES_PER_SECTION. */
  readonly sectionPages: number;
}

export const BUILD_DEFAULTS: BuildOptions = { wordBits: 64, readyBit: 2, hz: 1000, sectionPages: 32_768 };

/** A message of the compiler; line and column count from 1. */
export interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
}

export type Built =
  | { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer>; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly text: string };

const SOURCE = 'policy.c', MOST_SOURCE_BYTES = 1 << 20;

/** Compiles and links a C file (at most 1 MiB of text) against the headers of the project. */
export async function build(toolchain: Toolchain, kernel: KernelFiles, source: string, options: BuildOptions = BUILD_DEFAULTS): Promise<Built> {
  if (source.length > MOST_SOURCE_BYTES) return { ok: false, diagnostics: [], text: `The file has ${source.length} characters; a policy may have ${MOST_SOURCE_BYTES}.` };
  const common = [
    `--target=wasm${options.wordBits}-unknown-unknown`, '-std=gnu11', '-O2', '-gline-tables-only', '-nostdlib', '-nostdinc', '-ffreestanding', '-fno-builtin', '-fno-color-diagnostics',
    '-fno-caret-diagnostics', '-Wno-empty-body', '-Wno-unused-value', '-Wno-missing-declarations', '-Werror=implicit-function-declaration', '-I', 'include',
    `-DKM_READY_BIT=${options.readyBit}`, `-DKM_HZ=${options.hz}`, `-DKM_SECTION_PAGES=${options.sectionPages}UL`, '-c',
  ];
  const { 'runtime.c': runtime, ...headers } = kernel;
  const files: Tree = { [SOURCE]: source, 'runtime.c': runtime, include: { ...headers, ...FORWARDERS } };
  const compiled = await toolchain.run('clang', [...common, '-fsanitize-coverage=edge,trace-pc,no-prune', SOURCE, '-o', 'policy.o'], files);
  const diagnostics = diagnosticsOf(compiled.text);
  if (compiled.status !== 0) return { ok: false, diagnostics: explain(diagnostics, kernel), text: compiled.text };
  const around = await toolchain.run('clang', [...common, '-I', 'include', 'runtime.c', '-o', 'runtime.o'], files);
  if (around.status !== 0) return { ok: false, diagnostics: [], text: `The project's own runtime does not compile: ${around.text}` };
  const linked = await toolchain.run('wasm-ld', [
    ...(options.wordBits === 64 ? ['-mwasm64'] : []), '--no-entry', '--export-all', '--export=__heap_base', '--export-table', '-z', 'stack-size=262144', 'policy.o', 'runtime.o', '-o', 'policy.wasm',
  ], { ...compiled.files, ...around.files });
  const bytes = linked.files['policy.wasm'];
  if (linked.status !== 0 || !(bytes instanceof Uint8Array)) return { ok: false, diagnostics: missing(linked.text, source, kernel), text: linked.text };
  return { ok: true, bytes: new Uint8Array(bytes), warnings: diagnostics.filter((d) => d.severity === 'warning') };
}

const forward = '#include <km_kernel.h>\n';
const FORWARDERS: Tree = {
  linux: Object.fromEntries([...LINUX_HEADERS.map((name) => [`${name}.h`, forward] as const), ['sched', Object.fromEntries(['sysctl', 'mm', 'task', 'numa_balancing', 'signal'].map((n) => [`${n}.h`, forward]))]]),
  asm: Object.fromEntries(['atomic', 'bitops', 'page', 'pgalloc', 'pgtable', 'tlbflush', 'div64'].map((name) => [`${name}.h`, forward])),
  uapi: { linux: { 'mempolicy.h': forward, 'types.h': forward } },
  trace: { events: Object.fromEntries(['migrate', 'kmem', 'pghot'].map((name) => [`${name}.h`, forward])) },
  'internal.h': forward,
};

const LINE = /^(?<file>[^\s:]+):(?<line>\d+):(?<column>\d+): (?<severity>fatal error|error|warning|note): (?<message>.*)$/;

/** The compiler's messages, in its order. */
export function diagnosticsOf(text: string): Diagnostic[] {
  return text.split('\n').flatMap((row) => {
    const g = LINE.exec(row.trim())?.groups;
    if (g === undefined) return [];
    const severity = g.severity === 'warning' || g.severity === 'note' ? g.severity : 'error';
    return [{ file: g.file, line: Number(g.line), column: Number(g.column), severity, message: g.message }];
  });
}

/** Kernel calls that the headers know, for whoever asks for another one. */
export function knownCalls(kernel: KernelFiles): string[] {
  const names = new Set<string>();
  for (const text of [kernel['km_kernel.h'], kernel['list.h'], kernel['sched.h'], kernel['mm.h']]) {
    for (const m of text.matchAll(/^(?:static inline [^(=;]*?[\s*]|#define )([a-z]\w*)\(/gm)) if (!m[1].startsWith('km_')) names.add(m[1]);
  }
  return [...names].sort();
}

/** An unknown function gets the list of those that exist, the ones of like names first. */
function explain(diagnostics: readonly Diagnostic[], kernel: KernelFiles): Diagnostic[] {
  return diagnostics.map((d) => {
    const name = /call to undeclared function '(\w+)'/.exec(d.message)?.[1];
    return name === undefined ? d : { ...d, message: `${d.message}. ${whatExists(name, kernel)}` };
  });
}

function whatExists(name: string, kernel: KernelFiles): string {
  const known = knownCalls(kernel);
  const parts = name.split('_').filter((p) => p.length > 2);
  const score = (k: string): number => parts.filter((p) => k.includes(p)).length;
  const near = known.filter((k) => score(k) > 0).sort((a, b) => score(b) - score(a)).slice(0, 8);
  return `${name}() is no call that the simulated kernel has.${near.length > 0 ? ` Near it: ${near.join(', ')}.` : ''} All ${known.length}: ${known.join(', ')}`;
}

/** wasm-ld's "undefined symbol: NAME", at the first line that names it. */
function missing(text: string, source: string, kernel: KernelFiles): Diagnostic[] {
  const names = new Set([...text.matchAll(/undefined symbol: (\w+)/g)].map((m) => m[1]));
  const lines = source.split('\n');
  return [...names].map((name) => {
    const at = lines.findIndex((l) => new RegExp(`\\b${name}\\b`).test(l));
    return { file: SOURCE, line: Math.max(1, at + 1), column: Math.max(1, (lines[at] ?? '').indexOf(name) + 1), severity: 'error' as const, message: `${name}() is declared but nowhere defined. ${whatExists(name, kernel)}` };
  });
}

/** File and line of an offset in the module (as V8 prints it), or undefined. */
export async function lineOf(toolchain: Toolchain, bytes: Uint8Array, offset: number): Promise<{ readonly fn: string; readonly file: string; readonly line: number } | undefined> {
  const code = codeSectionAt(bytes);
  if (code < 0 || offset < code) return undefined;
  const { text } = await toolchain.run('addr2line', ['-f', '-e', 'policy.wasm', `0x${(offset - code).toString(16)}`], { 'policy.wasm': bytes });
  const m = /^(.+)\n(.+):(\d+)/.exec(text.trim());
  return m === null || Number(m[3]) === 0 ? undefined : { fn: m[1], file: m[2], line: Number(m[3]) };
}

/** Offset of the payload of the code section: addresses of the debug information count from there. */
function codeSectionAt(bytes: Uint8Array): number {
  let at = 8;
  while (at < bytes.length) {
    const id = bytes[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const b = bytes[at++];
      size += (b & 0x7f) * 2 ** shift;
      if ((b & 0x80) === 0) break;
    }
    if (id === 10) return at;
    at += size;
  }
  return -1;
}
