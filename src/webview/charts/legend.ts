/** The values under a chart: one row a counter, a swatch and a figure a run; the figures are those under the cursor. */

import { el, setText } from '../dom';
import type { Ink } from './ink';
import { short } from './table';

/** What a row needs of a line. */
export interface Keyed {
  readonly label: string;
  readonly name: string;
  readonly color: number;
  readonly dashed: boolean;
  readonly filled: boolean;
  /** Position among the counters of the chart: tells lines apart by width and dash too. */
  readonly nth: number;
}

/** Position of a line that is alone in its run. */
export const ALONE = 3;
/** Line widths by position, CSS px: of two equal lines the wider one, drawn first, still shows at the edges. */
export const WIDTHS = [3, 1.75, 1.25, 2] as const;
/** Dashes of the second run by position, CSS px. */
export const DASHES: readonly (readonly number[])[] = [[7, 4], [2, 3], [9, 3, 2, 3], [6, 4]];
/** Hatchings of areas in high contrast by colour: [step, width] in px; no width is a plain fill. */
export const HATCHES: readonly (readonly [number, number])[] = [[0, 0], [4, 1], [8, 4], [10, 1], [6, 3], [14, 5]];

/** A sample of a line or an area as the chart draws it. */
export function swatch(line: Keyed, ink: Ink): HTMLElement {
  const node = el('span', { class: `swatch${line.dashed ? ' dashed' : ''}${line.filled ? ' filled' : ''}`, at: { 'aria-hidden': 'true' } });
  const [step, width] = HATCHES[line.color % HATCHES.length] ?? [0, 0];
  node.style.setProperty('--swatch', ink.lines[line.color % ink.lines.length] ?? ink.text);
  node.style.setProperty('--swatch-width', `${WIDTHS[line.nth % WIDTHS.length] ?? 1}px`);
  const [on, off] = DASHES[line.nth % DASHES.length] ?? [1, 0];
  node.style.setProperty('--dash-on', `${on ?? 1}px`);
  node.style.setProperty('--dash', `${(on ?? 1) + (off ?? 0)}px`);
  if (line.filled && ink.highContrast && width > 0) {
    node.classList.add('hatched');
    node.style.setProperty('--hatch', `${step}px`);
    node.style.setProperty('--hatch-ink', `${width}px`);
  }
  return node;
}

export class Legend {
  readonly root = el('ul', { class: 'chart-legend' });
  private outputs: readonly HTMLElement[] = [];

  /** Rows for lines; lines with the same name share one. */
  build(lines: readonly Keyed[], ink: Ink): void {
    const outputs = lines.map(() => el('output', { class: 'chart-value' }));
    const names = [...new Set(lines.map(l => l.name))];
    this.root.replaceChildren(...names.map(name => el('li', {}, el('span', { text: name }), ...lines.flatMap((l, i) => (
      l.name === name ? [el('span', { class: 'chart-key', title: l.label }, swatch(l, ink), outputs[i] ?? '')] : []
    )))));
    this.outputs = outputs;
  }

  show(values: readonly (number | null)[]): void {
    this.outputs.forEach((node, i) => setText(node, short(values[i] ?? null)));
  }
}
