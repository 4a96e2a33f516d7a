/** Showing things in the explorer and as text: a page, the log, what is modelled. */

import * as vscode from 'vscode';
import { integer, parsePfn } from '../format';
import type { Texts } from '../source/texts';
import type { ExplorerPanel } from '../views/panel';
import type { RunControl } from './run';
import { tell } from './ask';
import { costsMarkdown } from './costs';
import { modelledMarkdown } from './modelled';
import { preview } from './preview';
import { readShowRequest } from './showRequest';
import { defaultCosts } from '../../engine/cost/table';
import { PAGE_CLASS_NAMES } from '../../engine/machine/pageclass';
import type { Session } from '../../session/api';
import { PROGRAM_SCOPE } from '../../session/scope';
import type { Worlds } from '../live/worlds';

/** Rows of the log that one text document holds. */
const LOG_TEXT_ROWS = 100_000;

export class Showing {
  constructor(private readonly worlds: Worlds, private readonly control: RunControl, private readonly panel: ExplorerPanel, private readonly texts: Texts) {}

  show(arg: unknown): void {
    const request = readShowRequest(arg);
    if (request.kind === 'nothing') return this.panel.reveal();
    if (request.kind === 'show') return this.panel.show(request.what);
    this.showClass(request.pageClass);
  }

  showLog(): void {
    if (this.control.session() !== undefined) this.panel.show({ filter: '' });
  }

  async goToPfn(): Promise<void> {
    const session = this.control.session();
    if (session === undefined) return;
    const written = await vscode.window.showInputBox({
      title: 'kmigrated: Go to PFN', prompt: 'A page frame number: decimal, or hexadecimal with 0x', validateInput: text => pfnProblem(text, session),
    });
    const pfn = written === undefined ? undefined : parsePfn(written);
    if (pfn !== undefined) this.panel.show({ pfn });
  }

  async openLogText(filter: string): Promise<void> {
    const session = this.control.session();
    if (session === undefined) return;
    const text = session.logText(filter, LOG_TEXT_ROWS);
    const name = filter.trim() === '' ? 'migration log.txt' : `migration log, ${filter.trim().replace(/[^\w:.,=<> -]/g, '_')}.txt`;
    await vscode.window.showTextDocument(this.texts.add(name, text), { preview: false });
  }

  async showModelled(): Promise<void> {
    const model = this.worlds.current?.session.model;
    await preview(this.texts.add('What is modelled.md', modelledMarkdown(model?.scope ?? PROGRAM_SCOPE, model)));
  }

  async showCosts(): Promise<void> {
    const session = this.worlds.current?.session;
    await preview(this.texts.add('Costs.md', costsMarkdown(session?.spec.costs ?? defaultCosts(), session?.model.name)));
  }

  private showClass(pageClass: number): void {
    const session = this.control.session();
    if (session === undefined) return;
    for (const { nid } of session.model.nodes) {
      const pfn = session.find(nid, 0, pageClass);
      if (pfn >= 0) return this.panel.show({ pfn });
    }
    tell(`No page is in the state "${PAGE_CLASS_NAMES[pageClass] ?? pageClass}" now.`);
  }
}

function pfnProblem(text: string, session: Session): string | undefined {
  const pfn = parsePfn(text);
  if (pfn === undefined) return `"${text}" is not a page frame number: write digits, or 0x and hexadecimal digits.`;
  if (session.page(pfn) !== null) return undefined;
  const spans = session.model.nodes.flatMap(n => n.zones.filter(z => z.spannedPages > 0).map(z => z.startPfn + z.spannedPages));
  return `No zone spans PFN ${integer(pfn)}; the highest PFN of this machine is ${integer(Math.max(0, ...spans) - 1)}.`;
}
