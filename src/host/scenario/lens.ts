/** CodeLenses at the top of a scenario file: run it, change its nodes, change its workload. */

import * as vscode from 'vscode';
import { Command, SCENARIO_GLOB } from '../ids';
import { isScenarioDocument } from './files';

const SELECTOR: vscode.DocumentSelector = [{ pattern: SCENARIO_GLOB }, { scheme: 'untitled', language: 'json' }, { scheme: 'untitled', language: 'jsonc' }];

export class ScenarioLenses implements vscode.Disposable, vscode.CodeLensProvider {
  private readonly registration = vscode.languages.registerCodeLensProvider(SELECTOR, this);

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!isScenarioDocument(document)) return [];
    const top = new vscode.Range(0, 0, 0, 0);
    const lens = (title: string, command: string): vscode.CodeLens => new vscode.CodeLens(top, { title, command, arguments: [document.uri] });
    return [
      lens('$(play) Run this scenario', Command.runScenarioFile), lens('Configure nodes', Command.configureNodes),
      lens('Configure workload', Command.configureWorkload),
    ];
  }

  dispose(): void {
    this.registration.dispose();
  }
}
