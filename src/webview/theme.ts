/** Colours for the canvases, read from the theme's CSS variables, and patterns made from them. */

export const PAGE_COLORS = [
  'pageFree', 'pageFreeBorder', 'pageNonLru', 'pageLru', 'pageMarked', 'pageIsolated', 'pageIsolatedFill', 'pageUnmapped', 'pageRight', 'pageWrong',
  'pageHole', 'pageLeft', 'scanCursor', 'zoneBorder',
] as const;
export type PageColor = (typeof PAGE_COLORS)[number];

export interface Palette extends Readonly<Record<PageColor, string>> {
  readonly ground: string;
  readonly text: string;
  readonly dim: string;
  readonly line: string;
  readonly focus: string;
  readonly uiFont: string;
  readonly codeFont: string;
  /** Either high contrast theme: letters in cells, borders around free ones. */
  readonly highContrast: boolean;
  readonly light: boolean;
  /** Ink for digits on a fill: dark on light fills, light on dark ones. */
  readonly ink: (fill: string) => string;
}

/** Channels of "#rrggbb" or "rgb(r, g, b)", 0 to 255; anything else reads as mid grey. */
export function channels(color: string): readonly [number, number, number] {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(color.trim());
  if (hex) return [parseInt(hex[1] ?? '80', 16), parseInt(hex[2] ?? '80', 16), parseInt(hex[3] ?? '80', 16)];
  const rgb = /rgba?\(\s*(\d+)[,\s]+(\d+)[,\s]+(\d+)/.exec(color);
  return rgb ? [Number(rgb[1]), Number(rgb[2]), Number(rgb[3])] : [128, 128, 128];
}

/** Relative luminance of WCAG 2. */
export function luminance(color: string): number {
  const [r, g, b] = channels(color).map(v => {
    const c = v / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

/** Contrast ratio of WCAG 2, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const inkFor = (fill: string): string => (contrast(fill, '#111111') >= contrast(fill, '#ffffff') ? '#111111' : '#ffffff');

/** The palette of the body's present theme. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.body);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  const pages = Object.fromEntries(PAGE_COLORS.map(name => [name, value(`--km-${name}`)])) as Record<PageColor, string>;
  const has = (name: string): boolean => document.body.classList.contains(name);
  const highContrast = has('vscode-high-contrast') || has('vscode-high-contrast-light');
  return {
    ...pages, highContrast, light: has('vscode-light') || has('vscode-high-contrast-light'),
    ground: value('--km-ground'), text: value('--km-text'), dim: value('--km-dim'), line: value('--km-line'), focus: value('--km-focus'),
    uiFont: value('--km-ui-font'), codeFont: value('--km-code-font'), ink: inkFor,
  };
}

/** Calls back when VS Code changes the theme: it swaps the body's class and the variables of the root element. */
export function onThemeChange(callback: () => void): void {
  const observer = new MutationObserver(callback);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}

/** A 45 degree hatching, repeated every `step` device-independent pixels. */
export function hatch(ctx: CanvasRenderingContext2D, color: string, step: number, width: number, ground = ''): CanvasPattern | string {
  const scale = Math.max(1, Math.round(devicePixelRatio));
  const size = step * scale;
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const t = tile.getContext('2d');
  if (!t) return color;
  if (ground !== '') {
    t.fillStyle = ground;
    t.fillRect(0, 0, size, size);
  }
  t.strokeStyle = color;
  t.lineWidth = width * scale;
  t.beginPath();
  for (const shift of [-size, 0, size]) {
    t.moveTo(shift - 1, size + 1);
    t.lineTo(shift + size + 1, -1);
  }
  t.stroke();
  const pattern = ctx.createPattern(tile, 'repeat');
  pattern?.setTransform(new DOMMatrix().scale(1 / scale));
  return pattern ?? color;
}
