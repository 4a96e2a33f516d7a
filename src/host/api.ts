/** What activate() gives to other extensions and to the tests: read-only looks at the open world. */

import type { ResultsModel } from '../protocol/results';
import type { Session } from '../session/api';
import type { PumpFigures } from './live/pump';
import type { PatchNode } from './patchset/tree';
import type { TreeElement } from './views/machineTree';
import type * as vscode from 'vscode';

export interface ExplorerApi {
  readonly version: 1;
  readonly host: 'node' | 'web';
  /** Milliseconds that activate() took. */
  readonly activationMs: number;
  /** The open session, or undefined. */
  session(): Session | undefined;
  /** Frames that went to each view and came back acknowledged. */
  frames(): { readonly panel: PumpFigures; readonly overview: PumpFigures };
  /** Series that went to the charts of the open panel; 0 without one. */
  charts(): number;
  readonly tree: vscode.TreeDataProvider<TreeElement>;
  statusText(): string;
  /** The comparison on the results page, or undefined. */
  results(): ResultsModel | undefined;
  /** The results page is on the screen and has loaded. */
  resultsReady(): boolean;
  /** A comparison of designs runs. */
  comparing(): boolean;
  /** The newest answer to a reviewers' question, as Markdown; "" before the first. */
  answer(): string;
  /** Scenario text of the open world. */
  openText(): string | undefined;
  readonly patchTree: vscode.TreeDataProvider<PatchNode>;
}
