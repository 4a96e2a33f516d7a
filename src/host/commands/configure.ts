/** "Configure Nodes" and "Configure Workload": questions, one undoable edit of the scenario's text, and the world anew. */

import * as vscode from 'vscode';
import { defaultScenarioText, marksScenarioText } from '../../scenario/defaults';
import type { ScenarioProblem } from '../../scenario/api';
import { loadScenario } from '../../scenario/load';
import { presetList } from '../../scenario/presets/presets';
import { V1_REPAIRS } from '../../engine/designs/kmigrated-v1-repairs';
import type { WorldSpec } from '../../engine/spec';
import type { Migrator } from '../../engine/system/spec';
import type { Worlds } from '../live/worlds';
import { newScenarioDocument, replaceText } from '../scenario/documents';
import { migratorOf, withMigrator } from '../../scenario/edit';
import { Command } from '../ids';
import { editCompact } from '../scenario/edits';
import { scenarioArgument, sideReader } from '../scenario/files';
import type { ScenarioOpener } from '../scenario/opener';
import { phasesOf } from '../scenario/values';
import type { ExplorerPanel } from '../views/panel';
import { fail, showProblems } from './ask';
import { askMachine } from './nodesWizard';
import { activeScenario } from './scenario';
import { askWorkload, type WorkloadWorld } from './workloadWizard';

interface MigratorChoice {
  readonly migrator: Migrator;
  readonly label: string;
  readonly detail: string;
  /** Repairs of kmigrated v1: [] as posted, "all", or asked for. */
  readonly repairs?: readonly string[] | 'all' | 'ask';
}

const MIGRATORS: readonly MigratorChoice[] = [
  { migrator: 'kmigrated-v1', label: 'kmigrated v1', detail: 'as posted: the fault marks the page, a thread of the node moves batches', repairs: [] },
  { migrator: 'kmigrated-v1', label: 'kmigrated v1, all repairs', detail: 'every defect of the register that can be repaired in the model', repairs: 'all' },
  { migrator: 'kmigrated-v1', label: 'kmigrated v1, chosen repairs...', detail: 'pick them from the register', repairs: 'ask' },
  { migrator: 'sync', label: 'synchronous', detail: 'the kernel as it is: the faulting task moves the page itself' },
  { migrator: 'cpu-buffers', label: 'per-CPU buffers', detail: "after Huang Ying: candidates in buffers of each CPU, a worker of the target node moves them" },
  { migrator: 'task-work', label: 'task-work batching (v0)', detail: 'the fault isolates the page, the task itself moves batches on its way to user mode' },
  { migrator: 'kpromoted', label: 'kpromoted', detail: 'a hash of records with a mutex a bucket, a thread that looks once a second' },
  { migrator: 'pghot-early', label: 'pghot RFC v3', detail: 'a record of 64 bits a page of lower tiers, masks as posted' },
  { migrator: 'pghot-late', label: 'pghot, later', detail: 'small records and a hot flag a section' },
  { migrator: 'none', label: 'none', detail: 'numa_balancing = 0: nobody looks, nobody moves' },
  { migrator: 'ideal', label: 'every access local', detail: 'a bound, not a placement: nobody moves, and no access is remote' },
];

/** The scenario that is to change: a document, or a text that has none yet. */
interface Subject {
  readonly text: string;
  readonly uri: vscode.Uri | undefined;
}

export class Configure {
  constructor(private readonly worlds: Worlds, private readonly opener: ScenarioOpener, private readonly panel: ExplorerPanel) {}

  async nodes(arg: unknown): Promise<void> {
    const subject = await this.subject(arg);
    const machine = await askMachine(presetList().map(p => ({ id: p.id, label: p.title, detail: p.source })));
    if (machine !== undefined) await this.apply(subject, text => editCompact(text, ['machine'], machine));
  }

  async workload(arg: unknown): Promise<void> {
    const subject = await this.subject(arg);
    const loaded = await loadScenario(subject.text, sideReader(subject.uri));
    if (!loaded.ok) {
      await this.refuse(subject, loaded.problems);
      return;
    }
    const change = await askWorkload(worldOf(loaded.spec, subject.text));
    if (change !== undefined) await this.apply(subject, text => editCompact(text, ['workload', change.index], change.phase));
  }

  /** Who moves misplaced pages: one value of the scenario. arg: a migrator by its name in scenarios, for keybindings; else it is asked for. */
  async migrator(arg: unknown): Promise<void> {
    const subject = await this.subject(arg, defaultScenarioText);
    const loaded = await loadScenario(subject.text, sideReader(subject.uri));
    if (!loaded.ok) {
      await this.refuse(subject, loaded.problems);
      return;
    }
    const now = migratorOf(subject.text);
    if (now === undefined) {
      fail('This scenario has no programs: pages are marked by hand, and kmigrated is the only one to move them. A scenario with "programs" has a choice, as the default experiment does.',
        { title: 'Run the Default Experiment', command: Command.runDefault });
      return;
    }
    const chosen = MIGRATORS.find(m => m.migrator === arg) ?? await pickMigrator(now);
    if (chosen === undefined) return;
    const repairs = chosen.repairs === 'ask' ? await pickRepairs(loaded.spec.design.repairs ?? []) : chosen.repairs;
    if (chosen.repairs === 'ask' && repairs === undefined) return;
    const edit = (text: string): string => withMigrator(text, chosen.migrator, repairs);
    if (edit(subject.text) !== subject.text) await this.apply(subject, edit);
  }

  /** What was named, else the active scenario, else that of the open world, else the text given: nodes and marks are asked about a world that only marks pages. */
  private async subject(arg: unknown, otherwise: () => string = marksScenarioText): Promise<Subject> {
    const uri = scenarioArgument(arg) ?? activeScenario() ?? this.worlds.current?.uri;
    if (uri !== undefined) return { uri, text: (await vscode.workspace.openTextDocument(uri)).getText() };
    return { uri: undefined, text: this.worlds.current?.text ?? otherwise() };
  }

  /** Edits the document (a new one where there was none) and opens its world, unless another scenario's world is open. */
  private async apply(subject: Subject, edit: (text: string) => string): Promise<void> {
    const document = subject.uri === undefined ? await newScenarioDocument('experiment', subject.text) : await vscode.workspace.openTextDocument(subject.uri);
    const openUri = this.worlds.current?.uri;
    if (!await replaceText(document, edit(document.getText()))) {
      fail(`${document.uri.path} cannot be edited: it is read-only. Copy its text into a new file whose name ends in .kmigrated.json.`);
      return;
    }
    await vscode.window.showTextDocument(document, { preserveFocus: true, preview: false, ...this.beside() });
    const other = openUri !== undefined && openUri.toString() !== document.uri.toString();
    if (other && subject.uri !== undefined) return;
    const world = await this.opener.openText(document.getText(), document.uri);
    if (world !== undefined) this.panel.reveal(true);
  }

  /** Not over the explorer. */
  private beside(): { readonly viewColumn?: vscode.ViewColumn } {
    const { column } = this.panel;
    if (column === undefined) return {};
    return { viewColumn: column === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One };
  }

  private async refuse(subject: Subject, problems: readonly ScenarioProblem[]): Promise<void> {
    fail(`The scenario has a mistake; mend it first. ${problems[0]?.message ?? ''}`, showProblems);
    if (subject.uri !== undefined) await vscode.window.showTextDocument(subject.uri, { preview: false });
  }
}

function worldOf(spec: WorldSpec, text: string): WorkloadWorld {
  return { nodes: spec.machine.nodes, regions: spec.regions, phases: phasesOf(text) };
}

async function pickMigrator(now: Migrator): Promise<MigratorChoice | undefined> {
  const items = MIGRATORS.map(m => ({ ...m, description: m.migrator === now && m.repairs !== 'ask' && m.repairs !== 'all' ? 'now' : '' }));
  return vscode.window.showQuickPick(items, { title: 'kmigrated: Choose Who Migrates', placeHolder: 'Who moves pages that NUMA balancing finds misplaced?', matchOnDetail: true });
}

/** Which repairs; undefined when nobody chose. */
async function pickRepairs(now: readonly string[]): Promise<readonly string[] | undefined> {
  const items = V1_REPAIRS.map(r => ({ label: r.id, detail: r.says, picked: now.includes(r.id) }));
  const chosen = await vscode.window.showQuickPick(items, { title: 'kmigrated: Repairs of v1', placeHolder: 'Which defects are repaired? None: as posted.', canPickMany: true, matchOnDetail: true });
  return chosen?.map(c => c.label);
}
