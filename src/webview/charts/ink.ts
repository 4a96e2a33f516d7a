/** Colours of the charts: VS Code's own chart colours, with fallbacks where a theme has none. */

const NAMES = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'] as const;
const DARK = ['#59a4f9', '#d18616', '#89d185', '#b180d7', '#f14c4c', '#cca700'];
const LIGHT = ['#1a85ff', '#b5540c', '#388a34', '#652d90', '#e51400', '#8a6d00'];

export interface Ink {
  readonly ground: string;
  readonly text: string;
  readonly dim: string;
  readonly grid: string;
  readonly font: string;
  readonly lines: readonly string[];
  readonly highContrast: boolean;
}

/** The colours of the body's present theme. */
export function readInk(): Ink {
  const style = getComputedStyle(document.body);
  const value = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise;
  const has = (name: string): boolean => document.body.classList.contains(name);
  const light = has('vscode-light') || has('vscode-high-contrast-light');
  return {
    ground: value('--vscode-editor-background', light ? '#ffffff' : '#1f1f1f'),
    text: value('--vscode-foreground', light ? '#1f1f1f' : '#cccccc'), dim: value('--vscode-descriptionForeground', light ? '#616161' : '#9d9d9d'),
    grid: light ? 'rgba(0, 0, 0, 0.12)' : 'rgba(255, 255, 255, 0.12)', font: `11px ${value('--vscode-font-family', 'system-ui, sans-serif')}`,
    lines: NAMES.map((name, i) => value(`--vscode-charts-${name}`, (light ? LIGHT : DARK)[i] ?? '#888888')),
    highContrast: has('vscode-high-contrast') || has('vscode-high-contrast-light'),
  };
}
