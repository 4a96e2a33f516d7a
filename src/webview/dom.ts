/** Building elements without HTML strings, so that the CSP has nothing to refuse. */

export interface Props {
  readonly class?: string;
  readonly text?: string;
  readonly title?: string;
  /** Attributes, aria-* included. */
  readonly at?: Readonly<Record<string, string>>;
  readonly onClick?: (event: MouseEvent) => void;
}

function dress(node: Element, p: Props): void {
  if (p.class !== undefined) node.setAttribute('class', p.class);
  if (p.text !== undefined) node.textContent = p.text;
  if (p.title !== undefined) node.setAttribute('title', p.title);
  for (const [name, value] of Object.entries(p.at ?? {})) node.setAttribute(name, value);
}

/** An HTML element with its attributes and children. */
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, p: Props = {}, ...children: readonly (Node | string)[]): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  dress(node, p);
  const { onClick } = p;
  if (onClick) node.addEventListener('click', e => { if (e instanceof MouseEvent) onClick(e); });
  node.append(...children);
  return node;
}

/** A plain button with a name for everybody. */
export const button = (label: string, className: string, onClick: (event: MouseEvent) => void, title = ''): HTMLButtonElement =>
  el('button', { class: className, text: label, onClick, at: { type: 'button', ...(title === '' ? {} : { title }) } });

/** Sets the text only when it differs, so that unchanged parts cost no layout. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets or removes a boolean attribute. */
export function setFlag(node: Element, name: string, on: boolean): void {
  if (node.hasAttribute(name) !== on) node.toggleAttribute(name, on);
}

const ICONS = {
  play: 'M4 2.5v11l9-5.5z',
  pause: 'M4 3h3v10H4zM9 3h3v10H9z',
  reset: 'M8 3a5 5 0 1 1-4.8 3.6l1.4.4A3.5 3.5 0 1 0 8 4.5V7L4.5 3.75 8 .5z',
  filter: 'M2 3h12v1.5L9.5 9v4.5L6.5 12V9L2 4.5z',
  copy: 'M5 2h8v9h-1.5V3.5H5zM3 5h7.5v9H3zm1.5 1.5v6H9v-6z',
  open: 'M3 3h5v1.5H4.5v7h7V8H13v5H3zM9.5 2H14v4.5h-1.5V4.600L8.100 9 7 7.900l4.400-4.400H9.5z',
  close: 'M4 3l4 4 4-4 1 1-4 4 4 4-1 1-4-4-4 4-1-1 4-4-4-4z',
  table: 'M2 3h12v10H2zm1.5 1.5v1.700h3V4.5zm4.5 0v1.700h4.5V4.5zM3.5 7.600v1.5h3V7.600zm4.5 0v1.5h4.5V7.600zm-4.5 2.900v1.100h3v-1.100zm4.5 0v1.100h4.5v-1.100z',
} as const;
export type Icon = keyof typeof ICONS;

/** A 16 px icon in the colour of the text; hidden from screen readers. */
export function icon(name: Icon): SVGSVGElement {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  dress(svg, { class: 'icon', at: { viewBox: '0 0 16 16', 'aria-hidden': 'true', width: '16', height: '16' } });
  const path = document.createElementNS(ns, 'path');
  dress(path, { at: { d: ICONS[name], fill: 'currentColor', 'fill-rule': 'evenodd' } });
  svg.append(path);
  return svg;
}

/** An icon button with a name. */
export function iconButton(name: Icon, label: string, onClick: (event: MouseEvent) => void): HTMLButtonElement {
  const b = el('button', { class: 'icon-button', title: label, onClick, at: { type: 'button', 'aria-label': label } });
  b.append(icon(name));
  return b;
}
