/** A session that runs nothing: it counts what is asked of it, for tests of the host's own parts. */

import type { HostMessage, LogRowModel, PfnModel, RunState, SessionModel, StepKind, ViewRange } from '../../../src/protocol/messages';
import type { Charts, Session, SessionView } from '../../../src/session/api';

type Frame = Extract<HostMessage, { type: 'frame' }>;

export const MODEL: SessionModel = {
  name: 'fake', machine: 'two nodes', machineSource: 'made up for a test', seed: 1, engineVersion: '0', durationPs: 1e12, design: 'kmigrated v1',
  batchFolios: 512, readyBit: 2, nodes: [], scope: { modelled: ['the walk'], simplified: [], notModelled: ['hotplug'] }, programs: false, sourceLabel: 'outline',
};

export class FakeView implements SessionView {
  /** Frames that nextFrame() will give; empty means that nothing has changed. */
  readonly waiting: Frame[] = [];
  ranges: readonly ViewRange[] = [];
  resyncs = 0;
  disposed = false;
  asked = 0;

  setRanges(ranges: readonly ViewRange[]): void {
    this.ranges = ranges;
  }

  resync(): void {
    this.resyncs++;
  }

  nextFrame(): Frame | undefined {
    this.asked++;
    return this.waiting.shift();
  }

  dispose(): void {
    this.disposed = true;
  }
}

export function frame(seq: number, more = false): Frame {
  return {
    type: 'frame', generation: 0, seq, key: seq === 1, timePs: seq, state: 'running', stateText: '', threads: [], batches: [], lanes: [], logRows: 0, logDropped: 0,
    counters: { total: [], markedNow: 0, staleNow: 0, isolatedNow: 0, unmappedNow: 0, free: [] }, speed: 1, atPoint: -1,
    cells: { runs: new ArrayBuffer(0), data: new ArrayBuffer(0), more },
  };
}

export class FakeSession implements Pick<Session, 'model' | 'speed' | 'state' | 'openView' | 'log' | 'page' | 'find' | 'series' | 'seriesKey'> {
  readonly model = MODEL;
  readonly speed = 1;
  state: RunState = 'paused';
  readonly views: FakeView[] = [];
  /** Frames of the next view. */
  readonly firstFrames: Frame[] = [];
  /** Samples that its series has; each is another key. */
  samples = 0;
  seriesAsked = 0;

  series(): Charts {
    this.seriesAsked++;
    return { says: 'nothing is validated', runs: [{ label: 'fake', points: 0, data: new ArrayBuffer(0) }], comparing: false, whyNot: `${this.samples} samples` };
  }

  seriesKey(): string {
    return String(this.samples);
  }

  openView(): SessionView {
    const view = new FakeView();
    view.waiting.push(...this.firstFrames.splice(0));
    this.views.push(view);
    return view;
  }

  log(filter: string, first: number, _count: number): { first: number; matched: number; total: number; rows: readonly LogRowModel[]; error: string } {
    return { first, matched: 0, total: 0, rows: [], error: filter === 'bad' ? 'not a filter' : '' };
  }

  page(_pfn: number): PfnModel | null {
    return null;
  }

  find(nid: number, near: number, _pageClass: number): number {
    return nid === 0 ? near + 1 : -1;
  }

  step(_kind: StepKind): Promise<void> {
    return Promise.resolve();
  }
}
