/** "Compare Designs": which designs, their runs with progress and cancel, the results page, and what the page asks for: a run, a statement, an export. */

import * as vscode from 'vscode';
import type { Comparison, Job } from '../../lab/api';
import { csvText } from '../../lab/export/csv';
import { type CompareRequest, joined, jobsOf } from '../../lab/compare';
import { jobKey } from '../../lab/job';
import type { ResultsModel } from '../../protocol/results';
import { readResultsWebview } from '../../protocol/resultsshape';
import { estimateBytes } from '../../session/compare';
import { activeScenario } from '../commands/scenario';
import { fail, noSession, openSetting, tell } from '../commands/ask';
import { integer } from '../format';
import { Command } from '../ids';
import type { Worlds } from '../live/worlds';
import { readScenario, scenarioArgument, sideReader } from '../scenario/files';
import type { ScenarioOpener } from '../scenario/opener';
import { memoryLimitBytes } from '../settings';
import type { ExplorerPanel } from '../views/panel';
import { readAsked } from './asked';
import { jsonOf, mailOf } from './export';
import { resultsModel } from './model';
import { runWorld } from './openrun';
import type { ResultsIntent, ResultsPanel } from './panel';
import { pickArms } from './pick';
import type { LabRuns } from './runs';
import { readSubject, type Subject } from './subject';

const MIB = 1024 * 1024;

export interface CompareParts {
  readonly worlds: Worlds;
  readonly opener: ScenarioOpener;
  readonly explorer: Pick<ExplorerPanel, 'reveal'>;
  readonly results: ResultsPanel;
  readonly log: vscode.LogOutputChannel;
  readonly runs: LabRuns;
  /** Shows the statement of a point. */
  readonly statement: (point: number) => void;
  readonly command: (name: Extract<ResultsIntent, { type: 'command' }>['name']) => void;
}

interface Done {
  readonly model: ResultsModel;
  readonly comparison: Comparison;
  readonly subject: Subject;
  readonly request: CompareRequest;
}

export class CompareDesigns implements vscode.Disposable {
  private done: Done | undefined;
  private count = 0;
  private readonly owned: vscode.Disposable;

  constructor(private readonly p: CompareParts) {
    this.owned = p.results.onDidAsk(m => {
      this.asked(m).catch((e: unknown) => {
        p.log.error(e instanceof Error ? e : String(e));
        fail(`kmigrated: ${e instanceof Error ? e.message : String(e)}`);
      });
    });
  }

  /** What the results page shows. */
  get model(): ResultsModel | undefined {
    return this.done?.model;
  }

  show(): void {
    this.p.results.reveal();
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** arg: a scenario's address, or { uri?, arms?, seeds?, untilSeconds? } for keybindings; what is missing is asked for, or is the default. */
  async compare(arg: unknown): Promise<void> {
    if (!this.p.runs.free()) return;
    const asked = readAsked(arg);
    if (typeof asked === 'string') {
      fail(asked);
      return;
    }
    const subject = await this.subject(typeof arg === 'object' && arg !== null && 'uri' in arg ? arg.uri : arg);
    if (subject === undefined) return;
    const arms = asked.arms ?? await pickArms(subject.name);
    // somebody may have begun another one while the list stood open
    if (arms === undefined || !this.p.runs.free()) return;
    const { seeds, untilSeconds } = asked;
    await this.run(subject, { title: subject.name, scenario: subject.text, side: subject.side, arms, seeds, overrides: [], costs: {}, ...(untilSeconds === undefined ? {} : { untilSeconds }) });
  }

  /** What was named, else the active scenario, else that of the open world; undefined after a sentence. */
  private async subject(named: unknown): Promise<Subject | undefined> {
    const open = this.p.worlds.current;
    const uri = scenarioArgument(named) ?? activeScenario() ?? open?.uri;
    const read = uri === undefined ? undefined : await readScenario(uri);
    if (read?.ok === false) {
      fail(read.text);
      return undefined;
    }
    const text = read?.text ?? open?.text;
    if (text === undefined) {
      noSession();
      return undefined;
    }
    const made = await readSubject(text, sideReader(uri));
    if (!made.ok) {
      this.p.results.show({ type: 'error', text: made.text });
      fail(made.text, ...(made.noPrograms ? [{ title: 'Run the Default Experiment', command: Command.runDefault }] : []));
      return undefined;
    }
    const bytes = estimateBytes(made.subject.spec), limit = memoryLimitBytes();
    if (this.p.runs.fits(bytes, limit)) return made.subject;
    const sentence = `A run of "${made.subject.name}" takes about ${integer(Math.ceil(bytes / MIB))} MiB, more than the limit of ${integer(limit / MIB)} MiB; nothing was compared.`;
    this.p.results.show({ type: 'error', text: sentence });
    fail(sentence, openSetting('memoryLimitMiB'));
    return undefined;
  }

  private async run(subject: Subject, request: CompareRequest): Promise<void> {
    const jobs = jobsOf(request), began = performance.now();
    const ran = await this.p.runs.run(request.title, `comparing ${request.arms.length} designs`, jobs.length, (progress, cancelled) => this.p.runs.runner.run(jobs, progress, cancelled));
    if (ran.cancelled) return this.restore(ran.says);
    this.p.log.info(`compared ${request.arms.length} designs x ${request.seeds.length} seeds on "${request.title}" in ${Math.round(performance.now() - began)} ms`);
    this.finish(subject, request, joined(request, ran.value));
  }

  /** Puts a comparison on the results page. */
  finish(subject: Subject, request: CompareRequest, comparison: Comparison): void {
    if (comparison.arms.length === 0) {
      const [first] = comparison.refused;
      this.p.results.show({ type: 'error', text: `No design ran. ${first?.text ?? ''}` });
      return;
    }
    const model = resultsModel(comparison, subject, ++this.count, request.seeds, request.untilSeconds);
    this.done = { model, comparison, subject, request };
    this.p.results.show({ type: 'results', model });
  }

  /** After a cancel: the results that were there, or what there is to say. */
  restore(says: string): void {
    if (this.done === undefined) this.p.results.show({ type: 'empty', text: says });
    else {
      this.p.results.show({ type: 'results', model: this.done.model });
      tell(says);
    }
  }

  private async asked(m: ResultsIntent): Promise<void> {
    switch (m.type) {
      case 'compare': return this.compare(undefined);
      case 'cancel': return this.p.runs.cancel();
      case 'statement': return this.p.statement(m.point);
      case 'command': return this.p.command(m.name);
      case 'openRun': return this.openRun(m);
      case 'export': return this.export(m.run, m.format, m.how);
    }
  }

  /** Opens a run as a session and lets it go. arg: { run, arm, seed } of the comparison that is shown; anyone may call it with anything. */
  async openRun(arg: unknown): Promise<void> {
    const { done } = this;
    const read = readResultsWebview(typeof arg === 'object' && arg !== null ? { ...arg, type: 'openRun' } : arg);
    if (done === undefined || !read.ok || read.message.type !== 'openRun') return;
    const { run, arm: index, seed } = read.message;
    const arm = done.comparison.arms[index]?.arm;
    if (done.model.run !== run || arm === undefined || !done.request.seeds.includes(seed)) return;
    const job: Job | undefined = jobsOf({ ...done.request, arms: [arm], seeds: [seed] })[0];
    if (job === undefined) return;
    const result = await this.p.runs.store.get(jobKey(job));
    const made = await runWorld(job, result?.ok === true ? result.result.digest : '');
    if (!made.ok) {
      fail(made.text);
      return;
    }
    const world = await this.p.opener.openMade(made.spec, made.text);
    if (world === undefined) return;
    this.p.explorer.reveal();
    await vscode.commands.executeCommand(Command.run);
    if (made.note !== '') tell(made.note);
  }

  private async export(run: number, format: 'csv' | 'json' | 'mail', how: 'copy' | 'save'): Promise<void> {
    const { done } = this;
    if (done === undefined || done.model.run !== run) return;
    const text = format === 'csv' ? csvText(done.comparison) : format === 'json' ? jsonOf(done.comparison, done.subject, done.request) : await mailOf(done.comparison, done.request);
    if (how === 'copy') {
      await vscode.env.clipboard.writeText(text);
      tell(`Copied: ${done.comparison.arms.length} designs as ${format === 'mail' ? 'a mail' : format.toUpperCase()}, simulated.`);
      return;
    }
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const name = `compare-${done.comparison.title.replace(/[^\w-]+/g, '-').slice(0, 60)}.${format}`;
    const uri = await vscode.window.showSaveDialog({ title: 'Save Results', filters: { [format.toUpperCase()]: [format] }, ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }) });
    if (uri !== undefined) await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  }
}
