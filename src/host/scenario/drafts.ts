/** What the two "configure" commands write into a scenario: a plain machine from a few numbers, and a phase of the workload. */

/** JSON as a scenario holds it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly text: string };

/** A machine of equal nodes, as a person asks for it. */
export interface PlainMachine {
  readonly nodes: number;
  readonly mibPerNode: number;
  /** Percent of the pages that are on the LRU at the start. */
  readonly lruPercent: number;
}

export const MAX_PLAIN_NODES = 64;
const PAGES_PER_MIB = 256;
/** Nodes are cut at memory sections. */
const SECTION_MIB = 128;
const DMA_END = 4096;
const DMA32_END = 1_048_576;
/** Below 1 MiB: firmware holds page 0 and PFNs 159 to 255. */
const LOW_RANGES: readonly (readonly [number, number])[] = [[1, 158], [256, DMA_END - 256]];

interface Cut {
  readonly zone: string;
  readonly start: number;
  readonly end: number;
}

/** The zones of PFNs from..to on x86-64: DMA below 16 MiB, DMA32 below 4 GiB, Normal above. */
function zonesOf(from: number, to: number): Cut[] {
  const borders: readonly (readonly [string, number, number])[] = [['DMA', 1, DMA_END], ['DMA32', DMA_END, DMA32_END], ['Normal', DMA32_END, Infinity]];
  return borders.map(([zone, low, high]) => ({ zone, start: Math.max(from, low), end: Math.min(to, high) })).filter(c => c.start < c.end);
}

/** The `machine` of a scenario: nodes one after the other from PFN 0, without the PCI hole below 4 GiB that most real machines have. */
export function plainMachine(m: PlainMachine): Json {
  const each = m.mibPerNode * PAGES_PER_MIB;
  const ranges: Json[] = [];
  const nodes = Array.from({ length: m.nodes }, (_, nid): Json => {
    const zones = zonesOf(nid * each, (nid + 1) * each).map((cut): Json => {
      const runs = cut.zone === 'DMA' ? LOW_RANGES : [[cut.start, cut.end - cut.start] as const];
      for (const [startPfn, pages] of runs) ranges.push({ startPfn, pages, nid });
      const presentPages = runs.reduce((sum, [, pages]) => sum + pages, 0);
      const lruPages = cut.zone === 'DMA' ? 0 : Math.floor(presentPages * m.lruPercent / 100);
      return { zone: cut.zone, startPfn: cut.start, spannedPages: cut.end - cut.start, presentPages, lruPages };
    });
    return { nid, cpus: [nid], zones };
  });
  return {
    name: `${m.nodes} nodes of ${m.mibPerNode} MiB`, source: 'Made with "Configure Nodes": a plain layout without a PCI hole; no real machine.', nodes, ranges,
  };
}

/** A whole number in limits, from what a person types ("10,000" too). */
export function readWhole(text: string, what: string, min: number, max: number): Reading<number> {
  const t = text.trim().replace(/[,_ ]/g, '');
  const n = /^\d{1,12}$/.test(t) ? Number(t) : NaN;
  if (n >= min && n <= max) return { ok: true, value: n };
  return { ok: false, text: `"${text}" is not ${what}: a whole number from ${min.toLocaleString('en-US')} to ${max.toLocaleString('en-US')} is allowed.` };
}

export function readNumber(text: string, what: string, min: number, max: number): Reading<number> {
  const t = text.trim().replace(/,/g, '');
  const n = /^\d{1,12}(\.\d{1,12})?$/.test(t) ? Number(t) : NaN;
  if (n >= min && n <= max) return { ok: true, value: n };
  return { ok: false, text: `"${text}" is not ${what}: a number from ${min} to ${max.toLocaleString('en-US')} is allowed.` };
}

/** Memory of a node in MiB: "4 GiB", "512 MiB", in whole sections of 128 MiB. */
export function readNodeMemory(text: string): Reading<number> {
  const m = /^\s*(\d{1,7}(?:\.\d{1,3})?)\s*([mgt])i?b?\s*$/i.exec(text);
  const scale = { m: 1, g: 1024, t: 1024 * 1024 }[(m?.[2] ?? '').toLowerCase()] ?? NaN;
  const mib = Number(m?.[1] ?? NaN) * scale;
  if (Number.isInteger(mib) && mib >= SECTION_MIB && mib <= 4 * 1024 * 1024 && mib % SECTION_MIB === 0) return { ok: true, value: mib };
  return { ok: false, text: `"${text}" is not allowed: memory in steps of 128 MiB from "128 MiB" to "4 TiB" is.` };
}

/** The name of a file beside the scenario or below it; the same rule as in the scenario's schema. */
export function readFileName(text: string): Reading<string> {
  const t = text.trim();
  if (/^(?![/\\~])(?![A-Za-z]:)(?!.*(^|[/\\])\.\.([/\\]|$))[^\x00-\x1f]+$/.test(t) && t.length <= 260) return { ok: true, value: t };
  return { ok: false, text: `"${text}" is not allowed: the name of a file beside the scenario or in a folder below it is.` };
}

export const PHASE_KINDS = ['interleaved', 'random', 'clustered', 'burst', 'steady', 'recorded'] as const;
export type PhaseKind = (typeof PHASE_KINDS)[number];

/** A phase while it is asked for; what a kind has no use for is left out when it is written. */
export interface PhaseDraft {
  readonly kind: PhaseKind;
  readonly from: { readonly node: number } | { readonly region: string };
  readonly targets: readonly number[];
  readonly count: number;
  readonly startSeconds: number;
  /** Requests a second, 0 = back to back. */
  readonly ratePerSecond: number;
  readonly targetRule: string;
  readonly clusterPages: number;
  readonly file: string;
}

/** Requests a second of a steady phase that was given none: it needs a rate, unlike the others, which may come back to back. */
const STEADY_RATE = 1000;

/** The rate that a phase of the draft's kind has. */
export const rateOf = (d: PhaseDraft): number => (d.kind === 'steady' && d.ratePerSecond === 0 ? STEADY_RATE : d.ratePerSecond);

export const hasPace = (kind: PhaseKind): boolean => kind !== 'burst' && kind !== 'recorded';
export const hasRule = (kind: PhaseKind): boolean => kind !== 'interleaved' && kind !== 'recorded';

export function firstPhase(node: number, targets: readonly number[]): PhaseDraft {
  return {
    kind: 'interleaved', from: { node }, targets, count: 10_000, startSeconds: 0, ratePerSecond: 0, targetRule: 'roundRobin', clusterPages: 64, file: 'marks.txt',
  };
}

const num = (v: Json | undefined, fallback: number): number => typeof v === 'number' ? v : fallback;
const str = (v: Json | undefined, fallback: string): string => typeof v === 'string' ? v : fallback;

/** Reads a phase of a valid scenario back into a draft. */
export function draftOf(phase: { readonly [name: string]: Json }, fallback: PhaseDraft): PhaseDraft {
  const { region, spacingNs, targets } = phase;
  const rate = typeof spacingNs === 'number' && spacingNs > 0 ? 1e9 / spacingNs : num(phase['ratePerSecond'], 0);
  return {
    kind: PHASE_KINDS.find(k => k === phase['kind']) ?? fallback.kind,
    from: typeof region === 'string' ? { region } : { node: num(phase['node'], 'node' in fallback.from ? fallback.from.node : 0) },
    targets: Array.isArray(targets) ? targets.filter((t): t is number => typeof t === 'number') : fallback.targets,
    count: num(phase['count'], fallback.count), startSeconds: num(phase['startSeconds'], 0), ratePerSecond: rate,
    targetRule: str(phase['targetRule'], fallback.targetRule), clusterPages: num(phase['clusterPages'], fallback.clusterPages), file: str(phase['file'], fallback.file),
  };
}

/** The phase as the scenario holds it; a name it had stays. */
export function phaseJson(d: PhaseDraft, name: string | undefined): { readonly [name: string]: Json } {
  const head = { ...(name === undefined ? {} : { name }), kind: d.kind };
  if (d.kind === 'recorded') return { ...head, file: d.file };
  return {
    ...head, ...d.from, targets: d.targets, count: d.count,
    ...(d.startSeconds > 0 ? { startSeconds: d.startSeconds } : {}),
    ...(hasPace(d.kind) && rateOf(d) > 0 ? { ratePerSecond: rateOf(d) } : {}),
    ...(hasRule(d.kind) && d.targets.length > 1 && d.targetRule !== 'roundRobin' ? { targetRule: d.targetRule } : {}),
    ...(d.kind === 'clustered' ? { clusterPages: d.clusterPages } : {}),
  };
}

/** A phase in a line, for a list. */
export function phaseText(d: PhaseDraft): string {
  if (d.kind === 'recorded') return `recorded, from ${d.file}`;
  const from = 'node' in d.from ? `node ${d.from.node}` : `region ${d.from.region}`;
  return `${d.kind}: ${d.count.toLocaleString('en-US')} requests from ${from} for ${d.targets.map(t => `node ${t}`).join(', ')}, from ${d.startSeconds} s`;
}
