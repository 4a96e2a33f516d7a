/** Empty, loading and error states, and the line that says that a run has ended. */

import type { App, Changes, Part } from './app';
import { el, iconButton, setFlag, setText } from './dom';
import { seconds } from './format';
import { toolButton } from './toolkit';

/** What takes less than this needs no progress line. */
const PROGRESS_AFTER_MS = 400;

export class Notice implements Part {
  readonly root: HTMLElement;
  private readonly progress: HTMLElement;
  private readonly fill = el('div', { class: 'loading-fill' });
  private readonly progressText = el('span', { class: 'loading-text' });
  private readonly error: HTMLElement;
  private readonly errorText = el('span');
  private readonly ended = el('div', { class: 'ended', at: { role: 'status', hidden: '' } });
  private readonly empty: HTMLElement;
  private readonly emptyText = el('p');
  private loadingTimer = 0;
  private failed = '';

  constructor(private readonly app: App) {
    this.progress = el('div', { class: 'loading', at: { role: 'progressbar', 'aria-label': 'Building', 'aria-valuemin': '0', 'aria-valuemax': '100', hidden: '' } }, this.fill, this.progressText);
    this.error = el('div', { class: 'error-bar', at: { role: 'alert', hidden: '' } }, this.errorText, el('span', { class: 'fill' }), iconButton('close', 'Close this message', () => this.fail('')));
    this.empty = el('div', { class: 'empty', at: { hidden: '' } }, el('h2', { text: 'No session' }), this.emptyText,
      toolButton('Run the default experiment', 'primary', undefined, () => app.send({ type: 'command', name: 'runDefault' })).root,
      toolButton('Open a scenario', 'secondary', undefined, () => app.send({ type: 'command', name: 'openScenario' })).root);
    this.root = el('div', { class: 'notices' }, this.progress, this.error, this.ended, this.empty);
  }

  /** Nothing runs: two sentences and two buttons. */
  noSession(text: string): void {
    this.stopLoading();
    setText(this.emptyText, text);
    setFlag(this.empty, 'hidden', false);
  }

  loading(text: string, fraction: number): void {
    setText(this.progressText, text);
    this.fill.style.width = `${Math.round(fraction * 100)}%`;
    this.progress.setAttribute('aria-valuenow', String(Math.round(fraction * 100)));
    this.progress.setAttribute('aria-valuetext', text);
    if (fraction >= 1) this.stopLoading();
    else if (this.loadingTimer === 0) this.loadingTimer = window.setTimeout(() => setFlag(this.progress, 'hidden', false), PROGRESS_AFTER_MS);
  }

  private stopLoading(): void {
    clearTimeout(this.loadingTimer);
    this.loadingTimer = 0;
    setFlag(this.progress, 'hidden', true);
  }

  /** What went wrong, as a sentence; "" closes it. The last picture stays, dimmed, with the time it shows. */
  fail(text: string): void {
    this.show(text, true);
  }

  /** Something that was asked for cannot be done: said in the same place, and nothing is dimmed. */
  refuse(text: string): void {
    this.show(text, false);
  }

  private show(text: string, dim: boolean): void {
    this.failed = text;
    this.stopLoading();
    const time = dim && this.app.frame ? ` What is shown stands at ${seconds(this.app.frame.timePs)} s.` : '';
    setText(this.errorText, text === '' ? '' : `${text}${time}`);
    setFlag(this.error, 'hidden', text === '');
    document.body.classList.toggle('dimmed', dim && text !== '' && this.app.session !== undefined);
  }

  update(changes: Readonly<Changes>): void {
    const { app } = this;
    if (changes.session) {
      if (app.session) {
        setFlag(this.empty, 'hidden', true);
        if (this.failed !== '') this.fail('');
      }
      this.stopLoading();
    }
    if (!changes.frame && !changes.session) return;
    const frame = app.frame;
    if (frame) this.stopLoading();
    if (frame && this.failed !== '' && frame.state === 'running') this.fail('');
    const ended = frame && (frame.state === 'finished' || frame.state === 'halted') ? frame.stateText || frame.state : '';
    setText(this.ended, ended);
    this.ended.classList.toggle('halted', frame?.state === 'halted');
    setFlag(this.ended, 'hidden', ended === '');
  }
}
