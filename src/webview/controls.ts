/** Controls and simulated time: run, pause, reset, the step and its kind, speed, and the clock. */

import { STEP_KINDS, type StepKind } from '../protocol/messages';
import type { App, Changes, Part } from './app';
import { button, el, iconButton, setFlag, setText } from './dom';
import { exactPs, seconds, speedText } from './format';
import { speedIndex, SPEEDS } from './speeds';
import { toolButton, type ToolButton } from './toolkit';

const STEP_NAMES: Readonly<Record<StepKind, string>> = { point: 'Point', pfn: 'PFN', batch: 'Batch', pass: 'Pass' };
const STEP_TITLES: Readonly<Record<StepKind, string>> = {
  point: 'Step to the next point (F11)', pfn: 'Step to the next PFN', batch: 'Step to the end of the next batch', pass: 'Step to the end of the next pass',
};

export class Controls implements Part {
  readonly root: HTMLElement;
  private readonly run: ToolButton;
  private readonly pause: ToolButton;
  private readonly steps: readonly HTMLButtonElement[];
  private readonly slider: HTMLInputElement;
  private readonly speed = el('output', { class: 'speed-text' });
  private readonly time = el('span', { class: 'time' });
  private readonly state = el('span', { class: 'run-state' });

  constructor(private readonly app: App) {
    this.run = toolButton('Run', 'primary', 'play', () => app.send({ type: 'run' }), 'Run (F5)');
    this.pause = toolButton('Pause', 'secondary', 'pause', () => app.send({ type: 'pause' }), 'Pause (F5)');
    this.pause.root.classList.add('compact');
    this.steps = STEP_KINDS.map(kind => button(STEP_NAMES[kind], 'segment', () => this.step(kind), STEP_TITLES[kind]));
    this.slider = el('input', { class: 'speed', at: { type: 'range', min: '0', max: String(SPEEDS.length - 1), step: '1', 'aria-label': 'Speed: simulated to real time' } });
    this.slider.addEventListener('input', () => this.setSpeed(Number(this.slider.value)));
    const reset = iconButton('reset', 'Reset to time 0 (Shift+F5)', () => app.send({ type: 'reset' }));
    this.root = el('section', { class: 'controls', at: { 'aria-label': 'Controls and time' } },
      this.run.root, this.pause.root,
      el('span', { class: 'group' }, el('span', { class: 'label step-label', text: 'Step' }),
        el('span', { class: 'segments', at: { role: 'group', 'aria-label': 'Step' } }, reset, ...this.steps)),
      el('span', { class: 'group speed-group' }, el('span', { class: 'label speed-label', text: 'Speed' }), this.slider, this.speed),
      el('span', { class: 'fill' }),
      el('span', { class: 'clock', at: { role: 'timer', 'aria-label': 'Simulated time' } }, this.state, this.time, el('span', { class: 'time-unit', text: 's' })));
  }

  focus(): boolean {
    this.run.root.focus();
    return true;
  }

  step(kind: StepKind): void {
    this.app.setView({ step: kind });
    this.app.send({ type: 'step', kind });
  }

  /** One notch slower (-1) or faster (+1). */
  nudge(d: number): void {
    this.setSpeed(Math.min(SPEEDS.length - 1, Math.max(0, Number(this.slider.value) + d)));
  }

  private setSpeed(index: number): void {
    const speed = SPEEDS[index] ?? 0.01;
    this.slider.value = String(index);
    this.app.setView({ speed });
    this.app.send({ type: 'speed', ratio: speed });
    this.app.announce(`Speed ${speedText(speed)}`);
  }

  update(changes: Readonly<Changes>): void {
    const { app } = this;
    setFlag(this.root, 'hidden', !app.session);
    if (!app.session || !(changes.session || changes.frame || changes.view)) return;
    const state = app.frame?.state ?? 'paused';
    this.run.setDisabled(state === 'running' || state === 'finished');
    this.pause.setDisabled(state !== 'running');
    for (const [i, kind] of STEP_KINDS.entries()) {
      const b = this.steps[i];
      b?.setAttribute('aria-pressed', String(kind === app.view.step));
      if (b) setFlag(b, 'disabled', state === 'finished');
    }
    const ps = app.frame?.timePs ?? 0;
    setText(this.time, seconds(ps));
    this.time.title = `Simulated time: ${exactPs(ps)}`;
    setText(this.state, state === 'paused' ? '' : state);
    const speed = app.view.speed;
    if (document.activeElement !== this.slider) this.slider.value = String(speedIndex(speed));
    setText(this.speed, speedText(speed));
    this.slider.setAttribute('aria-valuetext', speed === 0 ? 'as fast as it goes' : `${speedText(speed)} of real time`);
  }
}
