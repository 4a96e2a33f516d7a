// Runs in the test page before the webview bundle: the theme's variables, and a host that keeps what the results page has sent.
import type { ResultsWebviewMessage } from '../../../src/protocol/results';
import { readResultsWebview } from '../../../src/protocol/resultsshape';
import { THEMES, type ThemeName } from './themes';

declare global {
  interface Window {
    results: { readonly received: ResultsWebviewMessage[]; readonly refused: string[] };
  }
}

window.violations = [];
document.addEventListener('securitypolicyviolation', e => window.violations.push(`${e.violatedDirective} ${e.blockedURI}`));
window.setTheme = name => {
  document.body.classList.remove('vscode-dark', 'vscode-light', 'vscode-high-contrast', 'vscode-high-contrast-light');
  document.body.classList.add(...THEMES[name].classes);
  for (const key of [...document.documentElement.style]) document.documentElement.style.removeProperty(key);
  for (const [key, value] of Object.entries(THEMES[name].vars)) document.documentElement.style.setProperty(`--vscode-${key}`, value);
};
const { theme } = JSON.parse(new URLSearchParams(location.search).get('options') ?? '{}') as { theme?: ThemeName };
window.setTheme(theme ?? 'dark');

window.toWebview = m => {
  const copy: unknown = structuredClone(m);
  setTimeout(() => window.dispatchEvent(new MessageEvent('message', { data: copy })), 0);
};
window.results = { received: [], refused: [] };
window.acquireVsCodeApi = () => ({
  postMessage: (m: unknown) => {
    const read = readResultsWebview(structuredClone(m));
    if (read.ok) window.results.received.push(read.message);
    else window.results.refused.push(read.text);
  },
  getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown,
  setState: s => sessionStorage.setItem('state', JSON.stringify(s)),
});
