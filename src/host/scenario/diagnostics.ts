/** Mistakes of scenario files in the Problems view: of open documents while they are written, of any file when it is to run. */

import * as vscode from 'vscode';
import type { ScenarioProblem } from '../../scenario/api';
import { loadScenario } from '../../scenario/load';
import { Debounce } from '../throttle';
import { isScenarioDocument, sideReader } from './files';
import { lineColumn } from './positions';

/** A pause in typing after which the file is looked at. */
const QUIET_MS = 250;

export class ScenarioDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('kmigrated');
  private readonly waiting = new Map<string, Debounce>();
  private readonly owned: vscode.Disposable[];

  constructor() {
    this.owned = [
      this.collection,
      vscode.workspace.onDidOpenTextDocument(d => this.later(d)),
      vscode.workspace.onDidChangeTextDocument(e => this.later(e.document)),
      // a file beside a scenario may have been mended
      vscode.workspace.onDidSaveTextDocument(() => this.all()),
      vscode.workspace.onDidCloseTextDocument(d => this.forget(d.uri)),
    ];
    this.all();
  }

  dispose(): void {
    for (const d of this.owned) d.dispose();
    for (const d of this.waiting.values()) d.dispose();
  }

  /** Shows what was found wrong in a text; none clears what was shown before. */
  report(uri: vscode.Uri, text: string, errors: readonly ScenarioProblem[], warnings: readonly ScenarioProblem[]): void {
    const make = (p: ScenarioProblem, severity: vscode.DiagnosticSeverity): vscode.Diagnostic => {
      const from = lineColumn(text, p.offset), to = lineColumn(text, p.offset + p.length);
      const diagnostic = new vscode.Diagnostic(new vscode.Range(from.line, from.column, to.line, to.column), p.message, severity);
      diagnostic.source = 'kmigrated';
      return diagnostic;
    };
    this.collection.set(uri, [
      ...errors.map(p => make(p, vscode.DiagnosticSeverity.Error)), ...warnings.map(p => make(p, vscode.DiagnosticSeverity.Warning)),
    ]);
  }

  private all(): void {
    for (const document of vscode.workspace.textDocuments) this.later(document);
  }

  private later(document: vscode.TextDocument): void {
    if (!isScenarioDocument(document)) {
      this.collection.delete(document.uri);
      return;
    }
    const key = document.uri.toString();
    const waiting = this.waiting.get(key) ?? new Debounce(QUIET_MS, () => void this.check(document));
    this.waiting.set(key, waiting);
    waiting.call();
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    const { version, uri } = document;
    const text = document.getText();
    const result = await loadScenario(text, sideReader(uri));
    if (document.isClosed || document.version !== version) return;
    this.report(uri, text, result.ok ? [] : result.problems, result.ok ? result.warnings : []);
  }

  private forget(uri: vscode.Uri): void {
    this.waiting.get(uri.toString())?.dispose();
    this.waiting.delete(uri.toString());
    this.collection.delete(uri);
  }
}
