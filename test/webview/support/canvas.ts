// Colours on the canvases of the page, at CSS pixels.
import type { Page } from 'playwright-core';

/** "#rrggbb" of a canvas at a CSS pixel of it. */
export function pixel(page: Page, selector: string, x: number, y: number): Promise<string> {
  return page.evaluate(([s, px, py]) => {
    const canvas = document.querySelector(s);
    if (!(canvas instanceof HTMLCanvasElement)) throw new Error(`no canvas at ${s}`);
    const ratio = canvas.width / canvas.clientWidth;
    const d = canvas.getContext('2d')?.getImageData(Math.floor(px * ratio), Math.floor(py * ratio), 1, 1).data ?? [];
    return `#${[...d].slice(0, 3).map(v => v.toString(16).padStart(2, '0')).join('')}`;
  }, [selector, x, y] as const);
}

/** How many pixels of a part of a canvas have each colour. */
export function colors(page: Page, selector: string, box?: { x: number; y: number; w: number; h: number }): Promise<Record<string, number>> {
  return page.evaluate(([s, b]) => {
    const canvas = document.querySelector(s);
    if (!(canvas instanceof HTMLCanvasElement)) throw new Error(`no canvas at ${s}`);
    const ratio = canvas.width / canvas.clientWidth;
    const r = b ?? { x: 0, y: 0, w: canvas.clientWidth, h: canvas.clientHeight };
    const d = canvas.getContext('2d')?.getImageData(Math.round(r.x * ratio), Math.round(r.y * ratio), Math.max(1, Math.round(r.w * ratio)), Math.max(1, Math.round(r.h * ratio))).data ?? new Uint8ClampedArray();
    const out: Record<string, number> = {};
    for (let i = 0; i < d.length; i += 4) {
      if (d[i + 3] === 0) continue;
      const hex = `#${[d[i], d[i + 1], d[i + 2]].map(v => (v ?? 0).toString(16).padStart(2, '0')).join('')}`;
      out[hex] = (out[hex] ?? 0) + 1;
    }
    return out;
  }, [selector, box] as const);
}

export const INSET = '.inset-canvas';
/** The box of a page in the inset, from the PFN of its first cell. */
export async function insetCell(page: Page, pfn: number): Promise<{ x: number; y: number; w: number; h: number }> {
  const { first, width } = await page.evaluate(() => ({
    first: Number(/PFN ([\d,]+) to/.exec(document.querySelector('.inset-title')?.textContent ?? '')?.[1]?.replaceAll(',', '') ?? -1),
    width: document.querySelector('.inset-canvas')?.clientWidth ?? 0,
  }));
  const ruler = width - 32 * 12 - 6;
  const i = pfn - first;
  return { x: ruler + (i % 32) * 12, y: 18 + Math.floor(i / 32) * 12, w: 11, h: 11 };
}
