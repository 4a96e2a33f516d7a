/** The questions of "Configure Workload": which phase, and what it requests. */

import {
  draftOf, firstPhase, hasPace, hasRule, type Json, type PhaseDraft, phaseJson, type PhaseKind, phaseText, rateOf, readFileName, readNumber, readWhole,
} from '../scenario/drafts';
import { type Answer, askAll, type Place, type Question } from './questions';
import { askText, type Choice, pickMany, pickOne } from './wizard';

/** What the scenario has that a phase may refer to. */
export interface WorkloadWorld {
  readonly nodes: readonly { readonly nid: number; readonly hasMemory: boolean }[];
  readonly regions: readonly { readonly name: string; readonly nid: number }[];
  readonly phases: readonly { readonly [name: string]: Json }[];
}

/** A change of the list `workload`: phase `index` becomes this, or goes. */
export type WorkloadChange = { readonly index: number; readonly phase: { readonly [name: string]: Json } | undefined };

type Which = { readonly what: 'edit' | 'remove'; readonly index: number } | { readonly what: 'add' };

const KINDS: readonly Choice<PhaseKind>[] = [
  { value: 'interleaved', label: 'Interleaved', detail: 'pages in PFN order, targets in turn: neighbours ask for different nodes' },
  { value: 'random', label: 'Random', detail: 'pages drawn at random' },
  { value: 'clustered', label: 'Clustered', detail: 'runs of neighbouring pages at random places' },
  { value: 'burst', label: 'Burst', detail: 'all requests back to back' },
  { value: 'steady', label: 'Steady rate', detail: 'so many requests a second' },
  { value: 'recorded', label: 'Recorded list', detail: 'times, PFNs and nodes from a file beside the scenario' },
];
const RULES: readonly Choice<string>[] = [
  { value: 'roundRobin', label: 'In turn', detail: 'request i asks for target i mod k' },
  { value: 'random', label: 'Drawn', detail: 'each request draws its target' },
  { value: 'blocks', label: 'In blocks', detail: 'equal shares, one target after the other' },
];
const MAX_COUNT = 2 ** 31;

/** An answer folded into the draft. */
async function fold<T>(answer: Promise<Answer<T>>, into: (value: T) => PhaseDraft): Promise<Answer<PhaseDraft>> {
  const a = await answer;
  return a.kind === 'value' ? { kind: 'value', value: into(a.value) } : a;
}

/** One request in two hours, the longest run. */
const LEAST_RATE = 1 / 7200;

function questions(world: WorkloadWorld): Question<PhaseDraft>[] {
  const listed = (d: PhaseDraft): boolean => d.kind !== 'recorded';
  const sources: Choice<PhaseDraft['from']>[] = [
    ...world.regions.map(r => ({ label: `Region ${r.name}`, description: `on node ${r.nid}`, value: { region: r.name } })),
    ...world.nodes.filter(n => n.hasMemory).map(n => ({ label: `Node ${n.nid}`, description: 'any of its LRU pages', value: { node: n.nid } })),
  ];
  const targets: Choice<number>[] = world.nodes.map(n => ({ label: `Node ${n.nid}`, description: n.hasMemory ? '' : 'no memory', value: n.nid }));
  const text = <T>(place: Place, prompt: string, value: string, read: Parameters<typeof askText<T>>[3], into: (v: T) => PhaseDraft): Promise<Answer<PhaseDraft>> =>
    fold(askText(place, prompt, value, read), into);
  return [
    { ask: (d, p) => fold(pickOne(p, 'What kind of phase?', KINDS, d.kind), kind => ({ ...d, kind })) },
    { when: d => !listed(d), ask: (d, p) => text(p, 'The file, relative to the scenario: lines "seconds pfn nid"', d.file, readFileName, file => ({ ...d, file })) },
    { when: listed, ask: (d, p) => fold(pickOne(p, 'Whose pages are requested?', sources), from => ({ ...d, from })) },
    { when: listed, ask: (d, p) => fold(pickMany(p, 'Which nodes do the requests ask for?', targets, d.targets), chosen => ({ ...d, targets: chosen })) },
    { when: listed, ask: (d, p) => text(p, 'How many requests?', String(d.count), t => readWhole(t, 'a number of requests', 1, MAX_COUNT), count => ({ ...d, count })) },
    { when: listed, ask: (d, p) => text(p, 'When does it begin, in simulated seconds?', String(d.startSeconds), t => readNumber(t, 'a time', 0, 7200), startSeconds => ({ ...d, startSeconds })) },
    { when: d => hasPace(d.kind) && d.kind !== 'steady', ask: (d, p) => text(p, 'Requests a second; 0: back to back', String(d.ratePerSecond), t => readNumber(t, 'a rate', 0, 1e9), ratePerSecond => ({ ...d, ratePerSecond })) },
    { when: d => d.kind === 'steady', ask: (d, p) => text(p, 'Requests a second', String(rateOf(d)), t => readNumber(t, 'a rate', LEAST_RATE, 1e9), ratePerSecond => ({ ...d, ratePerSecond })) },
    { when: d => hasRule(d.kind) && d.targets.length > 1, ask: (d, p) => fold(pickOne(p, 'Which target does a request ask for?', RULES, d.targetRule), targetRule => ({ ...d, targetRule })) },
    { when: d => d.kind === 'clustered', ask: (d, p) => text(p, 'Pages of a run', String(d.clusterPages), t => readWhole(t, 'a number of pages', 1, 2 ** 20), clusterPages => ({ ...d, clusterPages })) },
  ];
}

function fallbackOf(world: WorkloadWorld): PhaseDraft {
  const withMemory = world.nodes.filter(n => n.hasMemory).map(n => n.nid);
  const [from = 0, ...others] = withMemory;
  return firstPhase(from, others.length > 0 ? others.slice(0, 3) : [from]);
}

async function askWhich(world: WorkloadWorld, fallback: PhaseDraft): Promise<Which | undefined> {
  if (world.phases.length === 0) return { what: 'add' };
  const lines = world.phases.map(p => phaseText(draftOf(p, fallback)));
  const choices: Choice<Which>[] = [
    ...lines.map((label, index): Choice<Which> => ({ label: `$(edit) ${label}`, value: { what: 'edit', index } })),
    { label: '$(add) Add a phase', value: { what: 'add' } },
    ...lines.map((label, index): Choice<Which> => ({ label: `$(trash) Remove: ${label}`, value: { what: 'remove', index } })),
  ];
  const a = await pickOne({ title: 'kmigrated: Configure Workload', step: 1, totalSteps: 1 }, 'Which phase of the workload?', choices);
  return a.kind === 'value' ? a.value : undefined;
}

/** The change that the person wants; undefined when they leave. */
export async function askWorkload(world: WorkloadWorld): Promise<WorkloadChange | undefined> {
  const fallback = fallbackOf(world);
  const which = await askWhich(world, fallback);
  if (which === undefined) return undefined;
  if (which.what === 'remove') return { index: which.index, phase: undefined };
  const index = which.what === 'edit' ? which.index : world.phases.length;
  const old = world.phases[index];
  const draft = await askAll('kmigrated: Configure Workload', old === undefined ? fallback : draftOf(old, fallback), questions(world));
  if (draft === undefined) return undefined;
  const name = old?.['name'];
  return { index, phase: phaseJson(draft, typeof name === 'string' ? name : undefined) };
}
