// Runs in the test page before the webview bundle: the theme's variables, acquireVsCodeApi, and the fake host under window.fake.
import type { HostMessage, WebviewMessage } from '../../../src/protocol/messages';
import { FakeHost, type FakeOptions } from './fakehost';
import { THEMES, type ThemeName } from './themes';

declare global {
  interface Window {
    fake: FakeHost;
    violations: string[];
    settling: { key: string; sinceMs: number };
    setTheme: (name: ThemeName) => void;
    toWebview: (m: unknown) => void;
    acquireVsCodeApi: () => { postMessage: (m: WebviewMessage) => void; getState: () => unknown; setState: (s: unknown) => void };
  }
}

const options = JSON.parse(new URLSearchParams(location.search).get('options') ?? '{}') as FakeOptions & { theme?: ThemeName };
window.violations = [];
window.settling = { key: '', sinceMs: 0 };
document.addEventListener('securitypolicyviolation', e => window.violations.push(`${e.violatedDirective} ${e.blockedURI}`));

window.setTheme = name => {
  const theme = THEMES[name];
  document.body.classList.remove('vscode-dark', 'vscode-light', 'vscode-high-contrast', 'vscode-high-contrast-light');
  document.body.classList.add(...theme.classes);
  for (const key of [...document.documentElement.style]) document.documentElement.style.removeProperty(key);
  for (const [key, value] of Object.entries(theme.vars)) document.documentElement.style.setProperty(`--vscode-${key}`, value);
};
window.setTheme(options.theme ?? 'dark');

// the real transport copies: what one side does to a buffer the other never sees
window.toWebview = m => {
  const copy: unknown = structuredClone(m);
  setTimeout(() => window.dispatchEvent(new MessageEvent('message', { data: copy })), 0);
};
window.fake = new FakeHost((m: HostMessage) => window.toWebview(m), options);
window.acquireVsCodeApi = () => ({
  postMessage: m => {
    const copy: unknown = structuredClone(m);
    setTimeout(() => window.fake.receive(copy), 0);
  },
  getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown,
  setState: s => sessionStorage.setItem('state', JSON.stringify(s)),
});
