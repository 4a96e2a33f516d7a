/** "Ask a Reviewers' Question": which one, its runs with progress and cancel, and the answer as a page of text. */

import * as vscode from 'vscode';
import type { JobRunner } from '../../lab/api';
import { ask, questionOf } from '../../lab/questions/run';
import { TEN } from '../../lab/questions/ten';
import { askedMarkdown } from '../../lab/questions/text';
import type { Question } from '../../lab/questions/types';
import { fail, tell, warn } from '../commands/ask';
import { preview } from '../commands/preview';
import type { Texts } from '../source/texts';

export class AskQuestions {
  private running = false;
  /** Text of the newest answer, for tests. */
  newest = '';

  constructor(private readonly texts: Texts, private readonly runner: JobRunner) {}

  /** arg: { question, seeds?, untilSeconds? } for keybindings; a question is asked for where none is named. */
  async ask(arg: unknown): Promise<void> {
    if (this.running) {
      warn('A question is being run already; cancel it in its notification, or wait until it is over.');
      return;
    }
    const named = typeof arg === 'object' && arg !== null && 'question' in arg && typeof arg.question === 'string' ? arg.question : undefined;
    const question = named === undefined ? await pick() : questionOf(named);
    if (question === undefined) {
      if (named !== undefined) fail(`There is no question "${named}"; there are ${TEN.map(q => q.id).join(', ')}.`);
      return;
    }
    const seeds = typeof arg === 'object' && arg !== null && 'seeds' in arg && typeof arg.seeds === 'number' && arg.seeds >= 1 && arg.seeds <= 100 ? Math.floor(arg.seeds) : 2;
    const until = typeof arg === 'object' && arg !== null && 'untilSeconds' in arg && typeof arg.untilSeconds === 'number' && arg.untilSeconds > 0 && arg.untilSeconds <= 3600 ? arg.untilSeconds : undefined;
    this.running = true;
    try {
      await this.run(question, seeds, until);
    } finally {
      this.running = false;
    }
  }

  private async run(question: Question, seeds: number, until: number | undefined): Promise<void> {
    const options = { location: vscode.ProgressLocation.Notification, title: `kmigrated: ${question.question}`, cancellable: true };
    let finished = 0;
    const made = await vscode.window.withProgress(options, (progress, token) => ask(
      question, { seeds: Array.from({ length: seeds }, (_, i) => i + 1), ...(until === undefined ? {} : { untilSeconds: until }) }, this.runner,
      (done, of) => {
        progress.report({ increment: (100 * (done - finished)) / of, message: `${done} of ${of} runs` });
        finished = done;
      }, () => token.isCancellationRequested,
    ));
    if (made === undefined) {
      tell('Cancelled. What has run is kept: the same question goes on from there.');
      return;
    }
    this.newest = askedMarkdown(made, `node dist/cli.js ask ${question.id} --seeds ${seeds}${until === undefined ? '' : ` --until ${until}s`}`);
    await preview(this.texts.add(`${question.id}.md`, this.newest));
  }
}

async function pick(): Promise<Question | undefined> {
  const items = TEN.map(q => ({ label: q.question, description: q.asked[0]?.who ?? '', detail: q.run, question: q }));
  return (await vscode.window.showQuickPick(items, { title: "kmigrated: The Reviewers' Questions", placeHolder: 'Which one? Its runs take some seconds to minutes.', matchOnDetail: true, matchOnDescription: true }))?.question;
}
