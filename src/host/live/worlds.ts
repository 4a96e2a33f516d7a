/** The one world that is open in this window: its session and scenario, and who hears when either changes. */

import * as vscode from 'vscode';
import type { WorldSpec } from '../../engine/spec';
import type { StepKind } from '../../protocol/messages';
import type { Session, SessionOptions } from '../../session/api';
import { createSession } from '../../session/session';
import { memoryLimitBytes } from '../settings';

/** What was opened. */
export interface OpenWorld {
  readonly session: Session;
  /** Counts openings and resets: what a webview got under another number is void. */
  readonly generation: number;
  /** The scenario's text as it was read. */
  readonly text: string;
  /** Where the text stands; undefined for the default experiment. */
  readonly uri: vscode.Uri | undefined;
}

export type Opened = { readonly ok: true; readonly world: OpenWorld } | { readonly ok: false; readonly text: string };

function defer(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

export class Worlds implements vscode.Disposable {
  private open_: OpenWorld | undefined;
  private generation = 0;
  private stopListening: () => void = () => undefined;
  private readonly opened = new vscode.EventEmitter<OpenWorld | undefined>();
  private readonly changed = new vscode.EventEmitter<OpenWorld>();
  private kind: StepKind = 'batch';

  /** A world was opened, reset (same session, new generation) or closed. */
  readonly onDidOpen = this.opened.event;
  /** Something that may be on a screen has changed; at most about 60 times a second. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly sourceLabel: () => string) {}

  get current(): OpenWorld | undefined {
    return this.open_;
  }

  /** The kind of step that "repeat the last step" takes. */
  get stepKind(): StepKind {
    return this.kind;
  }

  set stepKind(kind: StepKind) {
    this.kind = kind;
    if (this.open_ !== undefined) this.changed.fire(this.open_);
  }

  /** Builds the world; on a refusal the world that was open stays. */
  open(spec: WorldSpec, text: string, uri: vscode.Uri | undefined): Opened {
    const options: SessionOptions = {
      now: () => performance.now(), defer, sourceLabel: this.sourceLabel, memoryLimitBytes: memoryLimitBytes(),
    };
    const session = createSession(spec, options);
    if ('ok' in session) return session;
    this.stopListening();
    this.open_?.session.dispose();
    const world: OpenWorld = { session, generation: ++this.generation, text, uri };
    this.open_ = world;
    this.stopListening = session.onChange(() => {
      if (this.open_ !== undefined) this.changed.fire(this.open_);
    });
    this.opened.fire(world);
    return { ok: true, world };
  }

  /** Back to time 0, same seed. */
  reset(): void {
    if (this.open_ === undefined) return;
    this.open_.session.reset();
    this.open_ = { ...this.open_, generation: ++this.generation };
    this.opened.fire(this.open_);
  }

  dispose(): void {
    this.stopListening();
    this.open_?.session.dispose();
    this.open_ = undefined;
    this.opened.dispose();
    this.changed.dispose();
  }
}
