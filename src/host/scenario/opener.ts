/** Opens worlds: a scenario's text is read and checked, its machine built, its mistakes shown; nothing starts from a wrong file. */

import * as vscode from 'vscode';
import type { WorldSpec } from '../../engine/spec';
import { defaultScenarioText } from '../../scenario/defaults';
import { loadScenario } from '../../scenario/load';
import { fail, openSetting, showProblems } from '../commands/ask';
import type { OpenWorld, Worlds } from '../live/worlds';
import type { KernelSource } from '../source/kernelSource';
import type { ScenarioDiagnostics } from './diagnostics';
import { readScenario, sideReader } from './files';
import type { LastWorld } from './lastWorld';

/** Who is told how a world comes about: the explorer, when it is open. */
export interface BuildWatcher {
  progress(text: string, fraction: number): void;
  error(text: string): void;
}

export class ScenarioOpener {
  /** Counts attempts: a file that takes long to read must not open over a newer one. */
  private attempt = 0;

  constructor(
    private readonly worlds: Worlds, private readonly diagnostics: ScenarioDiagnostics, private readonly source: KernelSource,
    private readonly log: vscode.LogOutputChannel, private readonly last: LastWorld, private readonly explorer: BuildWatcher,
  ) {}

  openDefault(): Promise<OpenWorld | undefined> {
    return this.openText(defaultScenarioText(), undefined);
  }

  async openFile(uri: vscode.Uri): Promise<OpenWorld | undefined> {
    const read = await readScenario(uri);
    if (read.ok) return this.openText(read.text, uri);
    fail(read.text);
    return undefined;
  }

  /** Opens what was open before the window was reloaded, unless something is open already. */
  async openLast(): Promise<void> {
    const { scenario } = this.last;
    if (scenario === undefined || this.worlds.current !== undefined) return;
    if (scenario.kind === 'text') await this.openText(scenario.text, undefined);
    else await this.openFile(scenario.uri);
  }

  /** Opens the world of a text, paused at time 0; undefined after a sentence has said why not. */
  async openText(text: string, uri: vscode.Uri | undefined): Promise<OpenWorld | undefined> {
    const attempt = ++this.attempt;
    return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'kmigrated: building the machine' }, async () => {
      const [result] = await Promise.all([loadScenario(text, sideReader(uri)), this.source.find()]);
      if (attempt !== this.attempt) return undefined;
      if (uri !== undefined) this.diagnostics.report(uri, text, result.ok ? [] : result.problems, result.ok ? result.warnings : []);
      if (!result.ok) {
        await this.refuse(uri, result.problems.map(p => p.message));
        return undefined;
      }
      return this.build(attempt, result.spec, text, uri);
    });
  }

  /** Opens a world that was made from a text and some options that the text may not have words for, paused at time 0. */
  async openMade(spec: WorldSpec, text: string): Promise<OpenWorld | undefined> {
    const attempt = ++this.attempt;
    await this.source.find();
    return this.build(attempt, spec, text, undefined);
  }

  private async build(attempt: number, spec: WorldSpec, text: string, uri: vscode.Uri | undefined): Promise<OpenWorld | undefined> {
    this.explorer.progress(`building "${spec.name}"`, 0);
    // building blocks: the views must have their sentence first
    await new Promise(resolve => setTimeout(resolve, 0));
    if (attempt !== this.attempt) return undefined;
    const began = performance.now();
    const opened = this.worlds.open(spec, text, uri);
    if (opened.ok) {
      this.log.info(`opened "${spec.name}", seed ${spec.seed}, in ${Math.round(performance.now() - began)} ms`);
      return opened.world;
    }
    this.explorer.progress('', 1);
    this.explorer.error(opened.text);
    this.log.error(opened.text);
    fail(opened.text, ...(/memory/i.test(opened.text) ? [openSetting('memoryLimitMiB')] : []));
    return undefined;
  }

  /** The file is shown, so that the Problems view and the squiggles have a place. */
  private async refuse(uri: vscode.Uri | undefined, messages: readonly string[]): Promise<void> {
    const [first = 'The scenario cannot be read.'] = messages;
    const more = messages.length > 1 ? ` And ${messages.length - 1} more.` : '';
    for (const m of messages) this.log.error(m);
    this.explorer.error(`The scenario has a mistake, so nothing was started. ${first}${more}`);
    fail(`The scenario has a mistake, so nothing was started. ${first}${more}`, showProblems);
    if (uri !== undefined) await vscode.window.showTextDocument(uri, { preview: false });
  }
}
