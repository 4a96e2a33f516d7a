#!/usr/bin/env node
// Stands in for the `code` executable where desktop VS Code cannot be had (vscodeExecutablePath of @vscode/test-electron):
// runs the arguments of runTests in code-server with headless Chromium and exits with the tests' exit code.
//   KMIGRATED_SHIM_TIMEOUT=seconds (default 300)   KMIGRATED_SHIM_VERBOSE=1 (the workbench's own log lines too)
import util from 'node:util';
import { openWorkbench } from '../scripts/lib/workbench.mjs';

const NOISE = /^(%c|\s*(INFO|WARN|TRACE) |Ignoring fetching |Creating a socket |Resolv(ing|ed) connection token|Updating additional builtin|\[(reconnection-grace-time|AgentHost|AccountPolicyGate|Service Worker)|DialogService: )/;
const TIMEOUT_S = Number(process.env.KMIGRATED_SHIM_TIMEOUT ?? 300);

/** Switches that say nothing here are for desktop VS Code (--no-sandbox, --disable-updates, --skip-welcome, ...). */
/** @param {string[]} argv */
function understood(argv) {
  /** @type {{ dev: string[], tests?: string, folder?: string }} */
  const o = { dev: [] };
  for (let i = 0; i < argv.length; i++) {
    const m = /^--([\w-]+)(?:=(.*))?$/s.exec(argv[i]);
    const value = () => m?.[2] ?? argv[++i];
    if (!m) o.folder ??= argv[i];
    else if (m[1] === 'extensionDevelopmentPath') o.dev.push(value());
    else if (m[1] === 'extensionTestsPath') o.tests = value();
    else if (m[1] === 'user-data-dir' || m[1] === 'extensions-dir') value();      // fresh ones each run instead
  }
  return o;
}

async function main() {
  /** @type {(code: number) => void} */
  let done = () => {};
  const finished = new Promise(resolve => { done = resolve; });
  /** @param {string} why */
  const fail = why => { console.error(why); done(1); };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => fail(`stopped by ${signal}`));
  const timer = setTimeout(() => fail(`no result after ${TIMEOUT_S} s`), TIMEOUT_S * 1000);
  let over = false;
  const opening = openWorkbench({
    ...understood(process.argv.slice(2)),
    async setup(page) {
      // both before the page is opened: the workbench looks for them once
      await page.exposeFunction('codeAutomationLog', (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
        const line = util.format(...args);
        if (process.env.KMIGRATED_SHIM_VERBOSE || !NOISE.test(line)) (type === 'error' ? console.error : console.log)(line);
      });
      await page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) => done(code));
      page.on('crash', () => fail('the page crashed'));
      page.on('pageerror', e => console.error('page error:', e.message));
    },
  });
  opening.then(w => w.server.exited.then(code => { if (!over) fail(`code-server ended (${code})`); }), e => fail(e.message));
  const code = await finished;
  over = true;
  clearTimeout(timer);
  const workbench = await opening.catch(() => undefined);
  await workbench?.close();
  return typeof code === 'number' ? code : 1;
}

main().then(code => process.exit(code), e => { console.error(e); process.exit(1); });
