/** Running the open world: run, pause, step, reset, speed. */

import * as vscode from 'vscode';
import { seconds } from '../format';
import { Command } from '../ids';
import type { Worlds } from '../live/worlds';
import type { StepKind } from '../../protocol/messages';
import type { Session } from '../../session/api';
import { noSession, tell, warn } from './ask';
import { nextSpeed, SPEEDS } from './speeds';

const STEPS: readonly { readonly step: StepKind; readonly label: string; readonly detail: string }[] = [
  { step: 'point', label: 'Point', detail: 'to the next statement that matters, of any thread' },
  { step: 'pfn', label: 'PFN', detail: 'to the next page that a walk visits' },
  { step: 'batch', label: 'Batch', detail: 'to the end of the next batch' },
  { step: 'pass', label: 'Pass', detail: 'to the end of the next pass over a node' },
];

export class RunControl {
  constructor(private readonly worlds: Worlds) {}

  run(): void {
    const session = this.ready();
    session?.run();
  }

  pause(): void {
    this.session()?.pause();
  }

  runOrPause(): void {
    if (this.worlds.current?.session.state === 'running') this.pause();
    else this.run();
  }

  async step(kind: StepKind): Promise<void> {
    const session = this.ready();
    if (session === undefined) return;
    if (this.worlds.stepKind !== kind) this.worlds.stepKind = kind;
    await session.step(kind);
  }

  async pickStep(): Promise<void> {
    if (this.session() === undefined) return;
    const items = STEPS.map(s => ({ ...s, description: s.step === this.worlds.stepKind ? 'last' : '' }));
    const chosen = await vscode.window.showQuickPick(items, { title: 'kmigrated: Step', placeHolder: 'Run to where?', matchOnDetail: true });
    if (chosen !== undefined) await this.step(chosen.step);
  }

  stepAgain(): Promise<void> {
    return this.step(this.worlds.stepKind);
  }

  reset(): void {
    if (this.session() !== undefined) this.worlds.reset();
  }

  setSpeed(ratio: number): void {
    this.session()?.setSpeed(ratio);
  }

  changeSpeed(by: -1 | 1): void {
    const session = this.session();
    session?.setSpeed(nextSpeed(session.speed, by));
  }

  setCompare(on: boolean): void {
    const session = this.session();
    session?.setCompare(on);
    // what cannot be is said where it was asked for, not only beside hidden charts
    if (on && session?.series().comparing === false) warn(session.series().whyNot);
  }

  /** The run under the other migrator, on or off. */
  toggleCompare(): void {
    const session = this.session();
    if (session === undefined) return;
    const on = !session.series().comparing;
    this.setCompare(on);
    if (session.series().comparing === on) tell(on ? 'The same scenario under the other migrator runs beside this one.' : 'The second run is off.');
  }

  async pickSpeed(): Promise<void> {
    const session = this.session();
    if (session === undefined) return;
    const items = SPEEDS.map(s => ({ ...s, description: s.ratio === session.speed ? 'now' : '' }));
    const chosen = await vscode.window.showQuickPick(items, { title: 'kmigrated: Set Speed', placeHolder: 'Simulated time to real time', matchOnDetail: true });
    if (chosen !== undefined) this.setSpeed(chosen.ratio);
  }

  /** The open session, or a sentence and undefined. */
  session(): Session | undefined {
    const session = this.worlds.current?.session;
    if (session === undefined) noSession();
    return session;
  }

  /** The open session if it can go on, or a sentence and undefined. */
  private ready(): Session | undefined {
    const session = this.session();
    if (session === undefined) return undefined;
    if (session.state !== 'finished') return session;
    tell(`The run is over: it has reached ${seconds(session.timePs)}, its whole duration. Reset takes it back to time 0 with the same seed.`, { title: 'Reset', command: Command.reset });
    return undefined;
  }
}
