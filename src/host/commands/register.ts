/** Registers every command of the manifest: one line a command, no logic. */

import * as vscode from 'vscode';
import { Command, WALKTHROUGH } from '../ids';
import type { Worlds } from '../live/worlds';
import type { SourceReveal } from '../source/reveal';
import type { ExplorerPanel } from '../views/panel';
import type { PatchCommands } from '../patchset/commands';
import type { AskQuestions } from '../lab/askquestion';
import type { CompareDesigns } from '../lab/compare';
import type { LabRuns } from '../lab/runs';
import { fail } from './ask';
import type { Configure } from './configure';
import { copyReproduction } from './reproduction';
import type { RunControl } from './run';
import { activeScenario, type ScenarioCommands } from './scenario';
import type { Showing } from './showing';

export interface CommandParts {
  readonly own: <T extends vscode.Disposable>(d: T) => T;
  readonly log: vscode.LogOutputChannel;
  readonly worlds: Worlds;
  readonly control: RunControl;
  readonly scenarios: ScenarioCommands;
  readonly configure: Configure;
  readonly showing: Showing;
  readonly panel: ExplorerPanel;
  readonly reveal: SourceReveal;
  readonly designs: CompareDesigns;
  readonly runs: LabRuns;
  readonly questions: AskQuestions;
  readonly patches: PatchCommands;
}

type Handler = (arg: unknown) => unknown;

function handlers(p: CommandParts): Readonly<Record<keyof typeof Command, Handler>> {
  const { control, scenarios, configure, showing, panel, reveal } = p;
  return {
    runDefault: () => scenarios.runDefault(),
    openScenario: arg => scenarios.open(arg),
    newScenarioFromMachine: () => scenarios.newFromMachine(),
    configureNodes: arg => configure.nodes(arg),
    configureWorkload: arg => configure.workload(arg),
    run: () => p.worlds.current === undefined && activeScenario() !== undefined ? scenarios.runFile(undefined) : control.run(),
    pause: () => control.pause(),
    runOrPause: () => control.runOrPause(),
    step: () => control.pickStep(),
    stepPoint: () => control.step('point'),
    stepPfn: () => control.step('pfn'),
    stepBatch: () => control.step('batch'),
    stepPass: () => control.step('pass'),
    stepAgain: () => control.stepAgain(),
    reset: () => control.reset(),
    setSpeed: () => control.pickSpeed(),
    slower: () => control.changeSpeed(-1),
    faster: () => control.changeSpeed(1),
    openExplorer: () => panel.reveal(),
    openSource: () => reveal.open(),
    showLog: () => showing.showLog(),
    copyReproduction: () => copyReproduction(p.worlds),
    goToPfn: () => showing.goToPfn(),
    showModelled: () => showing.showModelled(),
    chooseMigrator: arg => configure.migrator(arg),
    toggleCompare: () => control.toggleCompare(),
    askQuestion: arg => p.questions.ask(arg),
    compareDesigns: arg => p.designs.compare(arg),
    cancelCompare: () => p.runs.cancel(),
    showResults: () => p.designs.show(),
    showCosts: () => showing.showCosts(),
    openWalkthrough: () => vscode.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false),
    openPatches: arg => p.patches.open(arg),
    downloadPatches: arg => p.patches.download(arg),
    runScenarioFile: arg => scenarios.runFile(arg),
    show: arg => showing.show(arg),
    openRun: arg => p.designs.openRun(arg),
    revealPoint: arg => typeof arg === 'number' ? reveal.point(arg) : undefined,
  };
}

/** A command that throws says so in a sentence and in the log; it leaves nothing to the console. */
export function registerCommands(p: CommandParts): void {
  const byName = handlers(p);
  for (const name of Object.keys(Command) as (keyof typeof Command)[]) {
    p.own(vscode.commands.registerCommand(Command[name], async (arg: unknown) => {
      try {
        // what a handler gives is for nobody: editors and documents do not travel well between hosts
        await byName[name](arg);
      } catch (e) {
        p.log.error(e instanceof Error ? e : String(e));
        fail(`kmigrated: ${e instanceof Error ? e.message : String(e)}`);
      }
    }));
  }
}
