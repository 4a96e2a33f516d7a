/** A compiled policy at run time: its memory with pages, flag words and nodes, its calls into the machine, and the calls into it. */

/** What the compiled file asks of the machine around it; numbers are PFNs, node ids and addresses. */
export interface PolicyHost {
  pfnValid(pfn: number): boolean;
  pfnOnline(pfn: number): boolean;
  nidOf(pfn: number): number;
  pgdatOf(pfn: number): number;
  headOf(pfn: number): number;
  isLru(head: number): boolean;
  orderOf(head: number): number;
  /** KM_BIT_*: file 1, dirty 2, locked 4, writeback 8, pinned 16, active 32. */
  folioBits(head: number): number;
  hasExt(pfn: number): boolean;
  putExt(pfn: number): void;
  tryGet(head: number): boolean;
  put(head: number): void;
  /** An atomic is about to happen at, or has happened to, an address; what: index into ATOMICS. */
  beforeAtomic(what: number, at: number): void;
  afterAtomic(what: number, at: number, result: number): void;
  prepare(head: number, nid: number): number;
  batch(heads: readonly number[], nid: number): number;
  isolate(head: number): boolean;
  putback(head: number): void;
  balanced(nid: number, pages: number): boolean;
  nodeState(nid: number, state: number): boolean;
  topTier(nid: number): boolean;
  distance(from: number, to: number): number;
  cpu(): number;
  cpus(): number;
  nodeOfCpu(cpu: number): number;
  jiffies(): number;
  nowNs(): number;
  /** Address of a task, or a negative errno; fn is an index of the function table. */
  kthreadCreate(fn: number, data: number, node: number, name: string): number;
  wakeUpProcess(task: number): void;
  shouldStop(): boolean;
  condResched(): void;
  waitBegins(jiffies: number): void;
  /** Gives the jiffies that were left. */
  sleep(queue: number, jiffies: number): number;
  wakeUp(queue: number): void;
  print(level: number, text: string): void;
}

/** Kinds of atomics, in the order of km_kernel.h. */
export const ATOMICS = ['set', 'clear', 'test_and_set', 'test_and_clear', 'cmpxchg', 'xchg'] as const;
export const ATOMIC_TEST_CLEAR = 3, ATOMIC_CMPXCHG = 4;

/** The C code went round for longer than it was given. */
export class OutOfFuel extends Error {}
/** BUG() or BUG_ON() in the C code. */
export class PolicyBug extends Error {}

/** WebAssembly with 64-bit memories and tables, as LLVM emits it for wasm64. */
export function hasMemory64(): boolean {
  return WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 4, 4, 1, 0x70, 4, 0, 5, 3, 1, 4, 0]));
}

/** A module that can be run any number of times. */
export class CompiledPolicy {
  private readonly module: WebAssembly.Module;

  /** Throws where this JavaScript engine cannot take it (hasMemory64()). */
  constructor(readonly bytes: Uint8Array<ArrayBuffer>) {
    this.module = new WebAssembly.Module(bytes);
  }

  instance(imports: Record<string, (...args: never[]) => unknown>): WebAssembly.Instance {
    return new WebAssembly.Instance(this.module, { km: imports });
  }
}

const WASM_PAGE = 65_536;
/** km_layout() of runtime.c, in its order. */
const Layout = { page: 0, ext: 1, pgdat: 2, zone: 3, lru: 4, pgdatFlags: 5, nodeId: 6, wait: 7, activate: 8, ready: 9, word: 10, task: 11 } as const;

export interface NodeShape {
  readonly nid: number;
  readonly zones: readonly { readonly idx: number; readonly start: number; readonly spanned: number; readonly present: number; readonly managed: number }[];
}

type Exported = Readonly<Record<string, (...args: (number | bigint)[]) => number | bigint>>;

export class PolicyModule {
  private readonly exports: Exported;
  private readonly memory: WebAssembly.Memory;
  private view: DataView;
  private readonly wide: boolean;
  private readonly size: number[];
  private readonly pagesAt: number;
  private readonly extsAt: number;
  private readonly nodesAt = new Map<number, number>();
  private tasksAt: number;

  /** Writes down pages (pfns of them), flag words and nodes; throws where memory cannot grow so far. heapBytes: for kmalloc(). */
  constructor(compiled: CompiledPolicy, private readonly host: PolicyHost, readonly pfns: number, nodes: readonly NodeShape[], heapBytes = 1 << 20) {
    const instance = compiled.instance(this.imports());
    const calls: Record<string, (...args: (number | bigint)[]) => number | bigint> = {};
    for (const [name, value] of Object.entries(instance.exports)) {
      if (typeof value === 'function') calls[name] = (...args) => callOf(value, args);
    }
    this.exports = calls;
    const { memory, __heap_base: heapBase } = instance.exports;
    if (!(memory instanceof WebAssembly.Memory) || !(heapBase instanceof WebAssembly.Global)) throw new Error('the module has no memory: it was not built by this project');
    this.memory = memory;
    this.size = Object.keys(Layout).map((_, i) => Number(this.exports.km_layout(i)));
    this.wide = this.size[Layout.word] === 8;
    const base = align(Number(heapBase.value), 4096);
    this.pagesAt = base;
    this.extsAt = align(base + pfns * this.size[Layout.page], 4096);
    let at = align(this.extsAt + pfns * this.size[Layout.ext], 4096);
    for (const node of nodes) {
      this.nodesAt.set(node.nid, at);
      at = align(at + this.size[Layout.pgdat], 64);
    }
    this.tasksAt = at;
    const heapAt = align(at + nodes.length * 4 * align(this.size[Layout.task], 16), 4096);
    this.grow(heapAt + heapBytes);
    this.view = new DataView(this.memory.buffer);
    this.exports.km_set_pages(this.pagesAt, this.extsAt, pfns);
    this.exports.km_heap(heapAt, heapAt + heapBytes);
    for (const node of nodes) {
      this.exports.km_set_node(node.nid, this.nodesAt.get(node.nid) ?? 0);
      for (const z of node.zones) this.exports.km_set_zone(node.nid, z.idx, z.start, z.spanned, z.present, z.managed);
    }
  }

  private grow(bytes: number): void {
    const more = Math.ceil((bytes - this.memory.buffer.byteLength) / WASM_PAGE);
    if (more <= 0) return;
    // a 64-bit memory counts its pages in BigInt
    const grow = this.memory.grow.bind(this.memory) as (delta: number | bigint) => unknown;
    grow(this.wide ? BigInt(more) : more);
  }

  private address(n: number): number | bigint {
    return this.wide ? BigInt(n) : n;
  }

  private word(at: number): bigint {
    return this.wide ? this.view.getBigUint64(at, true) : BigInt(this.view.getUint32(at, true));
  }

  private pointer(at: number): number {
    return Number(this.word(at));
  }

  private text(at: number): string {
    let out = '';
    for (let i = at; out.length < 4096; i++) {
      const c = this.view.getUint8(i);
      if (c === 0) break;
      out += String.fromCharCode(c);
    }
    return out;
  }

  /** printk(): the conversions that kernel messages of this kind use. */
  private format(format: number, args: number): string {
    let at = args;
    const align8 = (): void => {
      at = align(at, 8);
    };
    return this.text(format).replace(/%[-+ #0]*\d*(?:\.\d+)?(hh|h|ll|l|z)?([diuxXpsc%])/g, (_all, length: string | undefined, kind: string) => {
      if (kind === '%') return '%';
      const long = length === 'll' || kind === 's' || kind === 'p' ? kind !== 'c' && (length === 'll' || this.wide) : (length === 'l' || length === 'z') && this.wide;
      if (long) align8();
      const unsigned = long ? this.view.getBigUint64(at, true) : BigInt(this.view.getUint32(at, true));
      const signed = long ? this.view.getBigInt64(at, true) : BigInt(this.view.getInt32(at, true));
      at += long ? 8 : 4;
      switch (kind) {
        case 's': return this.text(Number(unsigned));
        case 'c': return String.fromCharCode(Number(unsigned) & 0xff);
        case 'x': case 'X': return unsigned.toString(16);
        case 'p': return `0x${unsigned.toString(16)}`;
        case 'u': return unsigned.toString();
        default: return signed.toString();
      }
    });
  }

  /** Heads of a list of folios, in list order; a list that does not end is a bug of the C code. */
  private listOf(head: number): number[] {
    const out: number[] = [];
    const { size } = this;
    for (let at = this.pointer(head); at !== head; at = this.pointer(at)) {
      const pfn = (at - size[Layout.lru] - this.pagesAt) / size[Layout.page];
      if (!Number.isInteger(pfn) || pfn < 0 || pfn >= this.pfns || out.length > this.pfns) throw new PolicyBug(`a list of folios holds something that is no folio, behind ${out.length} that are`);
      out.push(pfn);
    }
    return out;
  }

  private imports(): Record<string, (...args: never[]) => unknown> {
    const h = this.host;
    const flag = (b: boolean): number => (b ? 1 : 0);
    type P = number | bigint;
    return {
      print: (level: number, format: P, args: P) => h.print(level, this.format(Number(format), Number(args))),
      bug: (what: P) => {
        throw new PolicyBug(this.text(Number(what)));
      },
      out_of_fuel: () => {
        throw new OutOfFuel('the C code has gone round for longer than it may without giving up its CPU');
      },
      before_atomic: (what: number, at: P) => h.beforeAtomic(what, Number(at)),
      after_atomic: (what: number, at: P, result: number) => h.afterAtomic(what, Number(at), result),
      jiffies: () => h.jiffies(),
      now_ns: () => h.nowNs(),
      kthread_create: (fn: P, data: P, node: number, format: P, args: P) => h.kthreadCreate(Number(fn), Number(data), node, this.format(Number(format), Number(args))),
      wake_up_process: (task: P) => {
        h.wakeUpProcess(Number(task));
        return 1;
      },
      should_stop: () => flag(h.shouldStop()),
      cond_resched: () => {
        h.condResched();
        return 0;
      },
      cpu: () => h.cpu(),
      nr_cpus: () => h.cpus(),
      cpu_to_node: (cpu: number) => h.nodeOfCpu(cpu),
      wait_begins: (jiffies: number) => h.waitBegins(jiffies),
      sleep: (queue: P, jiffies: number) => h.sleep(Number(queue), jiffies),
      wake_up: (queue: P) => h.wakeUp(Number(queue)),
      node_state: (nid: number, state: number) => flag(h.nodeState(nid, state)),
      toptier: (nid: number) => flag(h.topTier(nid)),
      distance: (from: number, to: number) => h.distance(from, to),
      pfn_valid: (pfn: number) => flag(h.pfnValid(pfn)),
      pfn_to_online_page: (pfn: number) => flag(h.pfnOnline(pfn)),
      page_to_nid: (pfn: number) => h.nidOf(pfn),
      page_pgdat: (pfn: number) => h.pgdatOf(pfn),
      page_folio: (pfn: number) => h.headOf(pfn),
      folio_test_lru: (pfn: number) => flag(h.isLru(pfn)),
      folio_order: (pfn: number) => h.orderOf(pfn),
      folio_bits: (pfn: number) => h.folioBits(pfn),
      page_ext_get: (pfn: number) => flag(h.hasExt(pfn)),
      page_ext_put: (pfn: number) => h.putExt(pfn),
      folio_try_get: (pfn: number) => flag(h.tryGet(pfn)),
      folio_put: (pfn: number) => h.put(pfn),
      prepare: (pfn: number, nid: number) => h.prepare(pfn, nid),
      batch: (list: P, nid: number) => h.batch(this.listOf(Number(list)), nid),
      isolate: (pfn: number) => flag(h.isolate(pfn)),
      putback: (pfn: number) => h.putback(pfn),
      balanced: (nid: number, pages: number) => flag(h.balanced(nid, pages)),
    };
  }

  /** Runs every initcall, in the order of their levels. */
  init(): void {
    for (const name of Object.keys(this.exports).filter((n) => n.startsWith('km_init_')).sort()) this.exports[name]();
  }

  /** kmigrated_add_pfn() of the file, or undefined where it has none. */
  addPfn(pfn: number, nid: number): number | undefined {
    const fn = this.exports.kmigrated_add_pfn;
    return fn === undefined ? undefined : Number(fn(this.address(pfn), nid));
  }

  /** Calls a thread function. */
  thread(fn: number, data: number): void {
    this.exports.km_call_thread(this.address(fn), this.address(data));
  }

  /** How many edges of the control flow the C code may still pass. */
  fuel(edges: number): void {
    this.exports.km_set_fuel(edges);
  }

  /** Space for a task_struct. */
  newTask(): number {
    const at = this.tasksAt;
    this.tasksAt += align(this.size[Layout.task], 16);
    return at;
  }

  nodeAt(nid: number): number {
    return this.nodesAt.get(nid) ?? 0;
  }

  /** The PFN whose flag word lies at an address, or -1. */
  extAt(at: number): number {
    const pfn = (at - this.extsAt) / this.size[Layout.ext];
    return Number.isInteger(pfn) && pfn >= 0 && pfn < this.pfns ? pfn : -1;
  }

  /** The node whose flags lie at an address, or -1. */
  nodeFlagsAt(at: number): number {
    for (const [nid, node] of this.nodesAt) if (node + this.size[Layout.pgdatFlags] === at) return nid;
    return -1;
  }

  flagWord(pfn: number): bigint {
    return this.word(this.extsAt + pfn * this.size[Layout.ext]);
  }

  flagLo(pfn: number): number {
    return this.view.getUint32(this.extsAt + pfn * this.size[Layout.ext], true);
  }

  flagHi(pfn: number): number {
    return this.wide ? this.view.getUint32(this.extsAt + pfn * this.size[Layout.ext] + 4, true) : 0;
  }

  setFlagWord(pfn: number, lo: number, hi: number): void {
    const at = this.extsAt + pfn * this.size[Layout.ext];
    this.view.setUint32(at, lo, true);
    if (this.wide) this.view.setUint32(at + 4, hi, true);
  }

  activate(nid: number): boolean {
    return ((this.word(this.nodeAt(nid) + this.size[Layout.pgdatFlags]) >> BigInt(this.size[Layout.activate])) & 1n) === 1n;
  }

  get readyMask(): bigint {
    return 1n << BigInt(this.size[Layout.ready]);
  }
}

/** Calls an export; what it gives is a number, a BigInt (a pointer) or nothing. */
function callOf(fn: Exclude<WebAssembly.ExportValue, WebAssembly.Global | WebAssembly.Memory | WebAssembly.Table | number>, args: (number | bigint)[]): number | bigint {
  const got: unknown = Reflect.apply(fn, undefined, args);
  return typeof got === 'number' || typeof got === 'bigint' ? got : 0;
}

const align = (n: number, to: number): number => Math.ceil(n / to) * to;
