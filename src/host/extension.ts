/** Wires the extension by hand: every object, who knows whom, and who is disposed when. */

import * as vscode from 'vscode';
import type { ExplorerApi } from './api';
import { registerCommands } from './commands/register';
import { Configure } from './commands/configure';
import { copyReproduction } from './commands/reproduction';
import { RunControl } from './commands/run';
import { ScenarioCommands } from './commands/scenario';
import { Showing } from './commands/showing';
import { Command, View } from './ids';
import type { Intents } from './live/channel';
import { ContextKeys } from './live/contextKeys';
import { Worlds } from './live/worlds';
import { PatchCommands } from './patchset/commands';
import { PatchDocuments } from './patchset/documents';
import { OpenWith } from './patchset/openwith';
import { PatchTree } from './patchset/tree';
import type { Platform } from './platform';
import { ScenarioDiagnostics } from './scenario/diagnostics';
import { LastWorld } from './scenario/lastWorld';
import { ScenarioLenses } from './scenario/lens';
import { ScenarioOpener } from './scenario/opener';
import { Anchors } from './source/anchors';
import { SourceDecorations } from './source/decorations';
import { SourceHovers } from './source/hover';
import { KernelSource } from './source/kernelSource';
import { SourceLenses } from './source/lens';
import { SourceReveal } from './source/reveal';
import { Texts } from './source/texts';
import { AskQuestions } from './lab/askquestion';
import { CompareDesigns } from './lab/compare';
import { ResultsPanel } from './lab/panel';
import { LabRuns } from './lab/runs';
import { MachineTree } from './views/machineTree';
import { Overview } from './views/overview';
import { ExplorerPanel } from './views/panel';
import { StatusBar } from './views/statusBar';
import { registerWelcome } from './views/welcome';

/** Webview commands by name, as the protocol has them. */
const COMMAND_OF: Readonly<Record<Parameters<Intents['command']>[0], string>> = {
  openScenario: Command.openScenario, runDefault: Command.runDefault, configureNodes: Command.configureNodes,
  configureWorkload: Command.configureWorkload, openSource: Command.openSource, openExplorer: Command.openExplorer,
  chooseMigrator: Command.chooseMigrator, showScope: Command.showModelled, showCosts: Command.showCosts,
};

export function startExtension(context: vscode.ExtensionContext, platform: Platform): ExplorerApi {
  const began = performance.now();
  const own = <T extends vscode.Disposable>(d: T): T => {
    context.subscriptions.push(d);
    return d;
  };
  const log = own(vscode.window.createOutputChannel('kmigrated', { log: true }));
  const source = own(new KernelSource(context.extensionUri, platform));
  const worlds = own(new Worlds(source.label));
  const anchors = new Anchors();
  const texts = own(new Texts());
  const control = new RunControl(worlds);

  const intents: Intents = {
    run: () => control.run(), pause: () => control.pause(), reset: () => control.reset(),
    step: kind => guard(log, control.step(kind)), setSpeed: ratio => control.setSpeed(ratio), setCompare: on => control.setCompare(on),
    select: (pfn, from) => { if (from === 'overview') panel.show({ pfn }); },
    reveal: point => guard(log, reveal.point(point)),
    copyReproduction: () => guard(log, copyReproduction(worlds)),
    openLogText: filter => guard(log, showing.openLogText(filter)),
    command: name => guard(log, vscode.commands.executeCommand(COMMAND_OF[name])),
  };
  const panel = own(new ExplorerPanel(context.extensionUri, worlds, intents, log, () => guard(log, opener.openLast())));
  const overview = own(new Overview(context.extensionUri, worlds, intents, log));
  const reveal = new SourceReveal(source, anchors, () => panel.column ?? results.column);
  const showing = new Showing(worlds, control, panel, texts);
  const diagnostics = own(new ScenarioDiagnostics());
  const opener = new ScenarioOpener(worlds, diagnostics, source, log, own(new LastWorld(context.workspaceState, worlds)), panel);
  const scenarios = new ScenarioCommands(opener, panel, reveal, platform, context.extensionUri);
  const results = own(new ResultsPanel(context.extensionUri, log));
  const runs = own(new LabRuns(results, platform.jobs));
  const designs = own(new CompareDesigns({
    worlds, opener, explorer: panel, results, log, runs, statement: point => guard(log, reveal.point(point)), command: name => guard(log, vscode.commands.executeCommand(COMMAND_OF[name])),
  }));
  const questions = new AskQuestions(texts, runs.runner);
  const configure = new Configure(worlds, opener, panel);

  const patchDocuments = own(new PatchDocuments());
  const patchTree = own(new PatchTree(patchDocuments));
  const patches = new PatchCommands(patchDocuments, patchTree, platform.fetchBytes);
  own(new OpenWith(patches, patchDocuments));
  const tree = own(new MachineTree(worlds));
  const statusBar = own(new StatusBar(worlds));
  own(registerWelcome());
  own(new ContextKeys(worlds));
  own(new ScenarioLenses());
  own(new SourceLenses(worlds, anchors));
  own(new SourceHovers(worlds, anchors));
  own(new SourceDecorations(worlds, anchors));
  registerCommands({ own, log, worlds, control, scenarios, configure, showing, panel, reveal, designs, runs, questions, patches });
  if (platform.autostart) guard(log, scenarios.runDefault().then(() => vscode.commands.executeCommand(`workbench.view.extension.${View.container}`)));

  const activationMs = performance.now() - began;
  log.debug(`activated in ${activationMs.toFixed(1)} ms (${platform.host})`);
  return {
    version: 1, host: platform.host, activationMs, session: () => worlds.current?.session,
    frames: () => ({ panel: panel.figures, overview: overview.figures }), charts: () => panel.charts, tree, statusText: () => statusBar.text,
    results: () => designs.model, resultsReady: () => results.ready, comparing: () => runs.running, answer: () => questions.newest, openText: () => worlds.current?.text, patchTree,
  };
}

/** Sends the error of an intent that nobody awaits to the log and to the person. */
function guard(log: vscode.LogOutputChannel, work: PromiseLike<unknown>): void {
  Promise.resolve(work).catch((e: unknown) => {
    log.error(e instanceof Error ? e : String(e));
    void vscode.window.showErrorMessage(`kmigrated: ${e instanceof Error ? e.message : String(e)}`);
  });
}
