/** The program counter of a thread: which operation comes next, with the repeats that it stands in. */

import type { Op } from '../system/spec';
import { EngineBug } from '../types';

/** What a repeat needs to know. */
export interface Flags {
  raised(flag: string): boolean;
}

interface Frame {
  readonly ops: readonly Op[];
  at: number;
  /** Rounds that were finished, and the repeat that makes them (the outermost list has none). */
  rounds: number;
  readonly repeat: Extract<Op, { op: 'repeat' }> | undefined;
}

/** Zero-time operations in a row before a program is taken to be going round without doing anything. */
const IDLE_LIMIT = 10_000;

export class OpCursor {
  private readonly stack: Frame[];
  /** Rounds of the outermost repeat under way or last made. */
  loops = 0;

  constructor(ops: readonly Op[], private readonly flags: Flags) {
    this.stack = [{ ops, at: 0, rounds: 0, repeat: undefined }];
  }

  /** The next operation that is no repeat, or undefined at the end of the program. */
  next(timePs: number): Exclude<Op, { op: 'repeat' }> | undefined {
    for (let guard = 0; guard < IDLE_LIMIT; guard++) {
      const frame = this.stack[this.stack.length - 1];
      if (frame.at === frame.ops.length) {
        if (frame.repeat === undefined) return undefined;
        frame.rounds++;
        if (this.stack.length === 2) this.loops++;
        frame.at = 0;
        if (this.over(frame, timePs)) this.stack.pop();
        continue;
      }
      const op = frame.ops[frame.at++];
      if (op.op !== 'repeat') return op;
      const inner: Frame = { ops: op.body, at: 0, rounds: 0, repeat: op };
      if (this.stack.length === 1) this.loops = 0;
      if (op.body.length > 0 && !this.over(inner, timePs)) this.stack.push(inner);
    }
    throw new EngineBug('a program goes round without doing anything');
  }

  /** The operation that was taken last comes again. */
  again(): void {
    this.stack[this.stack.length - 1].at--;
  }

  private over(frame: Frame, timePs: number): boolean {
    const until = frame.repeat?.until;
    switch (until?.kind) {
      case undefined: return true;
      case 'times': return frame.rounds >= until.times;
      case 'time': return timePs >= until.ps;
      case 'flag': return this.flags.raised(until.flag);
    }
  }
}
