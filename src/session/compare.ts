/** The same scenario under the other migrator, beside the run: when there can be one, what it takes, and what the charts say of both. */

import { COSTS } from '../engine/cost/table';
import { v1Label } from '../engine/designs/kmigrated-v1-repairs';
import { buildWorld, frameBytes, pfnLimit } from '../engine/sim/build';
import type { World } from '../engine/sim/world';
import type { WorldSpec } from '../engine/spec';
import type { Migrator } from '../engine/system/spec';
import { PS_PER_S } from '../engine/types';
import type { Charts } from './api';
import { uncovered } from './covered';
import { sampleIntervalPs, SeriesRecorder } from './series';
import { bytesOf, Track } from './track';

const MIB = 1024 * 1024;
/** Entries, page tables and pattern of one page of a program, by a generous count. */
const BYTES_A_PAGE = 64;
/** Trace and log when they are full. */
const RECORDER_BYTES = 96 * MIB;
/** A world above this runs alone unless it is asked for: two would halve a speed that is low already. */
const SMALL_BYTES = 256 * MIB;

/** What a migrator is called. */
export const MIGRATOR_LABELS: Readonly<Record<Migrator, string>> = {
  none: 'no balancing', ideal: 'every access local', sync: 'synchronous', 'kmigrated-v1': 'kmigrated v1 as posted', 'task-work': 'task-work batching (v0)', kpromoted: 'kpromoted',
  'cpu-buffers': 'per-CPU buffers', 'pghot-early': 'pghot RFC v3', 'pghot-late': 'pghot, later',
};

/** The design that a world runs; without programs somebody marks pages for kmigrated. */
export function designLabel(spec: WorldSpec): string {
  const migrator = spec.system?.migrator ?? 'kmigrated-v1';
  return migrator === 'kmigrated-v1' ? v1Label(spec.design.repairs) : MIGRATOR_LABELS[migrator];
}

/** The migrator to stand beside one: sync and kmigrated beside each other, no balancing beside the kernel as it is. */
export const otherMigrator = (migrator: Migrator): Migrator => (migrator === 'sync' ? 'kmigrated-v1' : 'sync');

/** Bytes that a world will take at most, estimated from its machine and programs; its frames alone are exact. */
export function estimateBytes(spec: WorldSpec): number {
  const pages = (spec.system?.processes ?? []).reduce((sum, p) => sum + p.vmas.reduce((n, v) => n + v.pages, 0), 0);
  return frameBytes(pfnLimit(spec)) + pages * BYTES_A_PAGE + RECORDER_BYTES;
}

/** What of a result is held against something real and what is not: the first line of every chart. It claims no more than the scenario's own parts allow. */
export function validationText(spec: WorldSpec): string {
  const soft = COSTS.filter((c) => c.standing === 'soft').length;
  const changed = COSTS.filter((c) => spec.costs[c.key] !== c.defaultPs).length;
  const missing = uncovered(spec);
  const beyond = missing.length === 0 ? '' : `No recorded run has what this scenario has: ${missing.join(', ')}. `;
  return "kmigrated v1's code is compared with 569 traces of the real code; programs, balancing and migration with ten recorded runs of a real kernel (the command validate): counts, order and targets, never times. "
    + `${beyond}Costs are a table: ${soft} of ${COSTS.length} are soft${changed === 0 ? '' : `, ${changed} ${changed === 1 ? 'is' : 'are'} changed in the scenario`}.`;
}

export const seriesOf = (spec: WorldSpec): SeriesRecorder | undefined => (spec.system === undefined ? undefined : new SeriesRecorder(designLabel(spec), spec.durationPs));

/** Follows a world at the same simulated instants; built when it first has to. */
export class Companion {
  private track: Track | undefined;
  private spec: WorldSpec | undefined;
  private on: boolean;
  private why = '';
  /** Why there is none although there could be, as an afterthought to a line, or "". */
  private aside = '';

  constructor(private readonly lead: WorldSpec, private readonly memoryLimitBytes: number) {
    const { system } = lead;
    this.spec = system === undefined ? undefined : { ...lead, system: { ...system, migrator: otherMigrator(system.migrator) } };
    const bytes = estimateBytes(lead);
    this.on = this.spec !== undefined && bytes <= SMALL_BYTES && !this.tooMuch(bytes);
    if (this.spec === undefined) this.why = 'Pages are marked by hand here: no program runs that could be compared.';
    else if (this.tooMuch(bytes)) this.why = this.tooMuchText(bytes);
    else if (!this.on) this.aside = ` This world runs alone, as it is large: one under the other migrator would take about ${Math.ceil(bytes / MIB)} MiB more and half of the speed; it can be switched on.`;
  }

  get comparing(): boolean {
    return this.on;
  }

  /** Why there can be no second run, or "". */
  get whyNot(): string {
    return this.why;
  }

  get world(): World | undefined {
    return this.on ? this.track?.world : undefined;
  }

  get series(): SeriesRecorder | undefined {
    return this.on ? this.track?.series : undefined;
  }

  /** What the charts draw of the first world and of this one. */
  charts(lead: SeriesRecorder | undefined): Charts {
    const runs = [lead, this.series].flatMap((s) => (s === undefined ? [] : [s.run()]));
    return { says: validationText(this.lead) + this.aside, runs, comparing: this.on, whyNot: this.why };
  }

  /** Changes when charts() would say something else. */
  chartsKey(lead: SeriesRecorder | undefined): string {
    return `${lead?.samples ?? 0} ${this.series?.samples ?? 0} ${this.on} ${this.why}${this.aside}`;
  }

  bytes(): number {
    return this.track === undefined ? 0 : bytesOf(this.track.world);
  }

  private tooMuch(bytes: number): boolean {
    return 2 * bytes > this.memoryLimitBytes;
  }

  private tooMuchText(bytes: number): string {
    return `Two worlds would take about ${Math.ceil((2 * bytes) / MIB)} MiB, more than the limit of ${Math.floor(this.memoryLimitBytes / MIB)} MiB. Raise the setting kmigrated.memoryLimitMiB, or take a smaller machine.`;
  }

  /** Switches the second run on or off; what cannot be is refused and says why. */
  set(on: boolean): void {
    if (this.spec === undefined) return;
    const bytes = estimateBytes(this.lead);
    const refused = on && this.tooMuch(bytes);
    this.on = on && !refused;
    this.why = refused ? this.tooMuchText(bytes) : '';
    this.aside = '';
    if (!this.on) this.track = undefined;
  }

  /** Back to time 0: the next run builds it again. */
  reset(): void {
    this.track = undefined;
  }

  /** Both worlds have grown above the limit: this one goes. */
  drop(usedBytes: number): void {
    this.on = false;
    this.track = undefined;
    this.why = `Both worlds had grown to ${Math.ceil(usedBytes / MIB)} MiB, more than the limit of ${Math.floor(this.memoryLimitBytes / MIB)} MiB: the second run was dropped. Raise the setting kmigrated.memoryLimitMiB and open the scenario again.`;
  }

  /** Whether it still has to run to be where the first world is. */
  behind(lead: World): boolean {
    return this.on && (this.track === undefined ? lead.nowPs > 0 : this.track.world.nowPs < lead.nowPs);
  }

  /** Builds it, if there is to be one and there is none yet: before a slice, which has no time for that. */
  prepare(): void {
    if (this.on) this.track ??= this.build();
  }

  /** A sentence while it is more than a sample behind: it was switched on late. */
  lagText(leadPs: number): string {
    if (!this.on || this.track === undefined) return '';
    const { nowPs } = this.track.world;
    return leadPs - nowPs <= sampleIntervalPs(this.lead.durationPs) ? '' : `the second run catches up: it is at ${(nowPs / PS_PER_S).toFixed(1)} s`;
  }

  /** Runs it towards the time of the first world; true when it is there. */
  follow(leadPs: number, maxSteps: number): boolean {
    this.prepare();
    if (this.track === undefined) return true;
    const end = this.track.advance(leadPs, maxSteps, 'time');
    return end === 'time' || end === 'done';
  }

  private build(): Track | undefined {
    const { spec } = this;
    const built = spec === undefined ? undefined : buildWorld(spec);
    if (spec !== undefined && built?.ok === true) return new Track(built.world, seriesOf(spec));
    this.on = false;
    this.why = built?.ok === false ? built.text : '';
    return undefined;
  }
}
