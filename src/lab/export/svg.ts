/** A plot as SVG: lines over labelled points, a legend, both axes from 0 or, where values span more than two decades, by powers of ten. Pure text, no script. */

import { digits } from '../tables';
import type { Plot } from '../questions/types';

const WIDTH = 640, HEIGHT = 320, LEFT = 84, RIGHT = 200, TOP = 36, BOTTOM = 52;
/** Distinct without their colours as well: each has a dash and a mark of its own. Readable on white and on black. */
const LINES: readonly { readonly color: string; readonly dash: string }[] = [
  { color: '#3b82c4', dash: '' }, { color: '#c2571a', dash: '6 3' }, { color: '#4f9a3d', dash: '2 3' }, { color: '#a05bb5', dash: '8 3 2 3' }, { color: '#8a7a1f', dash: '1 2' },
  { color: '#c43b6b', dash: '10 4' }, { color: '#3f8f8f', dash: '4 2 1 2' }, { color: '#777777', dash: '12 3 3 3' },
];

const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

function scaleOf(values: readonly number[]): Scale {
  const most = Math.max(...values, 0), least = Math.min(...values.filter((v) => v > 0), most || 1);
  const span = HEIGHT - TOP - BOTTOM;
  if (least > 0 && most / least > 100) {
    const from = Math.floor(Math.log10(least)), to = Math.max(from + 1, Math.ceil(Math.log10(most)));
    const ticks = Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
    return { ticks, at: (v) => HEIGHT - BOTTOM - (Math.max(0, Math.log10(Math.max(v, 10 ** from)) - from) / (to - from)) * span };
  }
  const top = most === 0 ? 1 : most * 1.05;
  return { ticks: [0, 0.25, 0.5, 0.75, 1].map((f) => f * top), at: (v) => HEIGHT - BOTTOM - (Math.max(0, v) / top) * span };
}

/** The plot as one SVG document. */
export function svgOf(plot: Plot): string {
  const values = plot.series.flatMap((s) => s.values.filter((v): v is number => v !== null && Number.isFinite(v)));
  const scale = scaleOf(values);
  const n = plot.labels.length, right = WIDTH - RIGHT;
  const x = (i: number): number => (n < 2 ? (LEFT + right) / 2 : LEFT + (i * (right - LEFT)) / (n - 1));
  const text = (tx: number, ty: number, anchor: string, says: string, extra = ''): string => `<text x="${tx.toFixed(1)}" y="${ty.toFixed(1)}" text-anchor="${anchor}"${extra}>${escaped(says)}</text>`;
  const every = Math.max(1, Math.ceil(n / 8));
  const grid = scale.ticks.map((t) => `<line x1="${LEFT}" x2="${right}" y1="${scale.at(t).toFixed(1)}" y2="${scale.at(t).toFixed(1)}" stroke="#888888" stroke-opacity="0.35"/>${text(LEFT - 6, scale.at(t) + 4, 'end', digits(t))}`);
  const labels = plot.labels.flatMap((label, i) => (i % every === 0 || i === n - 1 ? [text(x(i), HEIGHT - BOTTOM + 16, 'middle', label)] : []));
  const lines = plot.series.map((s, k) => seriesOf(s.values, LINES[k % LINES.length], x, scale));
  const legend = plot.series.map((s, k) => {
    const { color, dash } = LINES[k % LINES.length], ty = TOP + 8 + k * 18;
    return `<line x1="${right + 12}" x2="${right + 36}" y1="${ty}" y2="${ty}" stroke="${color}" stroke-width="2"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}/>${text(right + 42, ty + 4, 'start', s.name.slice(0, 26))}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="sans-serif" font-size="11" fill="#777777">`,
    `<title>${escaped(`${plot.title} (simulated)`)}</title>`, text(LEFT, 18, 'start', `${plot.title} (simulated)`, ' font-size="13" font-weight="bold"'), ...grid, ...labels,
    text((LEFT + right) / 2, HEIGHT - 14, 'middle', plot.x), text(LEFT, TOP - 6, 'start', plot.y), ...lines, ...legend, '</svg>',
  ].join('\n');
}

function seriesOf(values: readonly (number | null)[], { color, dash }: (typeof LINES)[number], x: (i: number) => number, scale: Scale): string {
  const points = values.flatMap((v, i) => (v === null || !Number.isFinite(v) ? [] : [[x(i), scale.at(v)] as const]));
  const path = points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${px.toFixed(1)} ${py.toFixed(1)}`).join(' ');
  return `${points.length > 1 ? `<path d="${path}" fill="none" stroke="${color}" stroke-width="2"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}/>` : ''}${points.map(([px, py]) => `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="3" fill="${color}"/>`).join('')}`;
}

/** The same as an address that an image of a Markdown text takes. */
export const svgAddress = (plot: Plot): string => `data:image/svg+xml;utf8,${encodeURIComponent(svgOf(plot)).replace(/[()'!*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}`;
