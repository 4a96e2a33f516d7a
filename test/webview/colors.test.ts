// The contributed colours: all themes complete, signals at 3:1 or more on the editor, apart from each other, and the style sheet's fallbacks the same.
import assert from 'node:assert/strict';
import test from 'node:test';
import { readText } from './support/files';
import { channels, contrast, PAGE_COLORS } from '../../src/webview/theme';
import { THEMES, type ThemeName } from './support/themes';

type Kind = 'dark' | 'light' | 'highContrast' | 'highContrastLight';
interface Color { readonly id: string; readonly description: string; readonly defaults: Readonly<Record<Kind, string>> }
const colors: readonly Color[] = JSON.parse(readText('media/colors.json'));
const kinds: readonly (readonly [Kind, ThemeName, string])[] = [
  ['dark', 'dark', 'body'], ['light', 'light', 'body.vscode-light'], ['highContrast', 'hc', 'body.vscode-high-contrast'], ['highContrastLight', 'hc-light', 'body.vscode-high-contrast-light'],
];
const color = (name: string, kind: Kind): string => colors.find(c => c.id === `kmigrated.${name}`)?.defaults[kind] ?? '';
const ground = (theme: ThemeName): string => THEMES[theme].vars['editor-background'] ?? '';

test('the colours are those that the canvases use, each with four defaults and a sentence', () => {
  assert.deepEqual(colors.map(c => c.id.replace('kmigrated.', '')).sort(), [...PAGE_COLORS].sort());
  for (const c of colors) {
    assert.match(c.description, /^kmigrated page map: .+\.$/);
    for (const [kind] of kinds) assert.match(c.defaults[kind], /^#[0-9A-F]{6}$/, `${c.id} ${kind}`);
  }
});

test('the style sheet falls back to the same values', () => {
  const css = readText('src/webview/colors.css');
  for (const [kind, , selector] of kinds) {
    const block = css.slice(css.indexOf(`\n${selector} {`) + 1).split('}')[0] ?? '';
    for (const c of colors) {
      const name = c.id.replace('kmigrated.', '');
      assert.ok(block.includes(`--km-${name}: var(--vscode-kmigrated-${name}, ${c.defaults[kind].toLowerCase()});`), `${name} for ${selector}`);
    }
  }
});

test('signals reach 3:1 on the editor ground in every theme', () => {
  for (const [kind, theme] of kinds) {
    for (const name of ['pageMarked', 'pageIsolated', 'pageUnmapped', 'pageRight', 'pageWrong', 'scanCursor', 'zoneBorder']) {
      assert.ok(contrast(color(name, kind), ground(theme)) >= 3, `${name} in ${theme}: ${contrast(color(name, kind), ground(theme)).toFixed(2)}`);
    }
  }
});

test('digits reach 4.5:1 on every fill that carries one', () => {
  for (const [kind] of kinds) {
    for (const name of ['pageMarked', 'pageRight', 'pageWrong', 'pageLru', 'pageNonLru']) {
      const fill = color(name, kind);
      const best = Math.max(contrast(fill, '#111111'), contrast(fill, '#ffffff'));
      assert.ok(best >= 4.4, `${name} in ${kind}: ${best.toFixed(2)}`);
    }
  }
});

test('signals stay 25 apart (CIE76) in every theme', () => {
  const lab = (hex: string): readonly [number, number, number] => {
    const [r, g, b] = channels(hex).map(v => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    const f = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
    const [x, y, z] = [
      f((0.4124 * (r ?? 0) + 0.3576 * (g ?? 0) + 0.1805 * (b ?? 0)) / 0.9505), f(0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0)),
      f((0.0193 * (r ?? 0) + 0.1192 * (g ?? 0) + 0.9505 * (b ?? 0)) / 1.089),
    ];
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  };
  const names = ['pageMarked', 'pageIsolated', 'pageRight', 'pageWrong', 'pageLru', 'pageNonLru', 'pageFree'];
  for (const [kind] of kinds) {
    for (const a of names.slice(0, 4)) {
      for (const b of names) {
        if (a === b) continue;
        const [p, q] = [lab(color(a, kind)), lab(color(b, kind))];
        const distance = Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
        assert.ok(distance >= 25, `${a} and ${b} in ${kind} are ${distance.toFixed(1)} apart`);
      }
    }
  }
});
