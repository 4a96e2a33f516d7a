/** Scenario commands: the default experiment, open, run a file, new from this machine, copy a reproduction. */

import * as vscode from 'vscode';
import { newScenarioFromZoneinfo } from '../../scenario/defaults';
import { Command, SCENARIO_GLOB, SCENARIO_SUFFIX } from '../ids';
import type { Platform } from '../platform';
import { isScenarioDocument, isScenarioUri, scenarioArgument } from '../scenario/files';
import type { ScenarioOpener } from '../scenario/opener';
import { newScenarioDocument, readExample } from '../scenario/documents';
import { type Example, EXAMPLES } from '../scenario/examples';
import type { SourceReveal } from '../source/reveal';
import type { ExplorerPanel } from '../views/panel';
import { fail } from './ask';

const MAX_LISTED = 50;
/** /proc/zoneinfo of the largest known machine is well below this. */
const MAX_ZONEINFO_BYTES = 4 * 1024 * 1024;

export class ScenarioCommands {
  constructor(
    private readonly opener: ScenarioOpener, private readonly panel: ExplorerPanel, private readonly reveal: SourceReveal,
    private readonly platform: Platform, private readonly extensionUri: vscode.Uri,
  ) {}

  /** The whole picture in one go: source on the left, explorer beside it, running. */
  async runDefault(): Promise<void> {
    const world = await this.opener.openDefault();
    if (world === undefined) return;
    await this.reveal.open(true);
    this.panel.reveal();
    world.session.run();
  }

  async runFile(arg: unknown): Promise<void> {
    const uri = scenarioArgument(arg) ?? activeScenario();
    if (uri === undefined) {
      fail(`There is no scenario here to run. Open a file whose name ends in ${SCENARIO_SUFFIX}.`, { title: 'Open Scenario', command: Command.openScenario });
      return;
    }
    const world = await this.opener.openFile(uri);
    if (world === undefined) return;
    this.panel.reveal(true);
    world.session.run();
  }

  async open(arg: unknown): Promise<void> {
    const what = scenarioArgument(arg) ?? await this.pick();
    if (what === 'default') return this.runDefault();
    if (what === undefined) return;
    const uri = what instanceof vscode.Uri ? what : (await this.copyExample(what)).uri;
    const world = await this.opener.openFile(uri);
    if (world !== undefined) this.panel.reveal();
  }

  async newFromMachine(): Promise<void> {
    const text = await this.machineText();
    if (text === undefined) return;
    const made = newScenarioFromZoneinfo(text, 'this machine');
    if (typeof made !== 'string') {
      fail(made.text);
      return;
    }
    const document = await newScenarioDocument('this-machine', made);
    await vscode.window.showTextDocument(document, { preview: false });
  }

  private async copyExample(example: Example): Promise<vscode.TextDocument> {
    const document = await newScenarioDocument(example.file, await readExample(this.extensionUri, example));
    await vscode.window.showTextDocument(document, { preview: false });
    return document;
  }

  /** /proc/zoneinfo of the host where it has one, else of a file that the person names; undefined after a sentence or a cancel. */
  private async machineText(): Promise<string | undefined> {
    const read = await this.platform.readMachine?.();
    if (read?.ok === true) return read.text;
    const why = read?.text ?? 'The browser cannot read this machine.';
    const [uri] = await vscode.window.showOpenDialog({ title: `${why} Choose a saved copy of /proc/zoneinfo`, openLabel: 'Read' }) ?? [];
    if (uri === undefined) return undefined;
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > MAX_ZONEINFO_BYTES) {
      fail(`${uri.path} has ${size} bytes; a copy of /proc/zoneinfo has at most ${MAX_ZONEINFO_BYTES}.`);
      return undefined;
    }
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  }

  private async pick(): Promise<vscode.Uri | Example | 'default' | undefined> {
    type Item = vscode.QuickPickItem & { readonly go: vscode.Uri | Example | 'default' | 'browse' };
    const active = activeScenario();
    const found = await vscode.workspace.findFiles(SCENARIO_GLOB, '**/node_modules/**', MAX_LISTED);
    const files = found.filter(uri => uri.toString() !== active?.toString()).sort((a, b) => a.path < b.path ? -1 : 1);
    const item = (uri: vscode.Uri, description: string): Item => ({ label: `$(json) ${vscode.workspace.asRelativePath(uri)}`, description, go: uri });
    const items: Item[] = [
      ...(active === undefined ? [] : [item(active, 'active editor')]), ...files.map(uri => item(uri, '')),
      { label: '$(play-circle) The default experiment', go: 'default' },
      ...EXAMPLES.map((e): Item => ({ label: `$(beaker) ${e.title}`, description: 'example', detail: e.detail, go: e })),
      { label: '$(folder-opened) Browse...', go: 'browse' },
    ];
    const chosen = await vscode.window.showQuickPick(items, { title: 'kmigrated: Open Scenario', placeHolder: `A file whose name ends in ${SCENARIO_SUFFIX}` });
    if (chosen?.go !== 'browse') return chosen?.go;
    const [uri] = await vscode.window.showOpenDialog({ title: 'Open Scenario', openLabel: 'Open', filters: { 'kmigrated scenarios': ['kmigrated.json', 'json'], 'All files': ['*'] } }) ?? [];
    return uri;
  }
}

/** The scenario of the active editor, if it shows one. */
export function activeScenario(): vscode.Uri | undefined {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const document = vscode.window.activeTextEditor?.document;
  if (document !== undefined && isScenarioDocument(document)) return document.uri;
  return tab instanceof vscode.TabInputText && isScenarioUri(tab.uri) ? tab.uri : undefined;
}
