// Lays out the VS Code inside code-server as the web build that @vscode/test-web expects, so that it has nothing to download.
import fs from 'node:fs';
import path from 'node:path';

const WORKBENCH = 'out/vs/code/browser/workbench';

/**
 * Links to the build below `<data>/vscode-web-stable-<commit>`; only what ties the page to a server is a changed copy.
 * @param {string} vscode code-server's lib/vscode
 * @param {string} data folder for --testRunnerDataDir
 * @returns {string} the commit, for --commit
 */
export function mirrorWebBuild(vscode, data) {
  /** @type {{ commit: string }} */
  const { commit } = JSON.parse(fs.readFileSync(path.join(vscode, 'product.json'), 'utf8'));
  const to = path.join(data, `vscode-web-stable-${commit}`);
  /** @param {string} rel @param {string[]} except */
  const links = (rel, except) => {
    fs.mkdirSync(path.join(to, rel), { recursive: true });
    for (const name of fs.readdirSync(path.join(vscode, rel))) {
      if (!except.includes(name)) fs.symlinkSync(path.join(vscode, rel, name), path.join(to, rel, name));
    }
  };
  fs.mkdirSync(to, { recursive: true });
  for (const name of ['extensions', 'node_modules']) fs.symlinkSync(path.join(vscode, name), path.join(to, name));
  fs.writeFileSync(path.join(to, 'version'), commit);
  fs.writeFileSync(path.join(to, 'package.json'), '{"type":"module"}');
  links('out', ['vs']);
  links('out/vs', ['code', 'workbench']);
  links('out/vs/code', ['browser']);
  links('out/vs/code/browser', ['workbench']);
  links(WORKBENCH, ['workbench.js']);
  links('out/vs/workbench', []);
  fs.writeFileSync(path.join(to, WORKBENCH, 'workbench.js'), untied(fs.readFileSync(path.join(vscode, WORKBENCH, 'workbench.js'), 'utf8')));
  fs.writeFileSync(path.join(to, 'out/vs/workbench/workbench.web.main.internal.css'), "@import '../code/browser/workbench/workbench.css';");
  fs.writeFileSync(path.join(to, 'out/vs/workbench/workbench.web.main.internal.js'), ENTRY);
  return commit;
}

/** Undoes code-server's two changes that tie the page to a server. */
/** @param {string} js */
function untied(js) {
  /** @type {[RegExp, string][]} */
  const changes = [
    [/,remoteAuthority:location\.host\}/, '}'],
    [/(get userRoamingDataHome\(\)\{return [\w$]+\([\w$]+\.file\(this\.userDataPath\)\.with\(\{scheme:[\w$]+\.)vscodeRemote/, '$1vscodeUserData'],
  ];
  for (const [pattern, to] of changes) {
    if (!pattern.test(js)) throw new Error(`this code-server's workbench.js is not as scripts/lib/webbuild.mjs expects: ${pattern} is not in it`);
    js = js.replace(pattern, to);
  }
  return js;
}

const ENTRY = `
const meta = document.getElementById('vscode-workbench-web-configuration');
meta.setAttribute('data-settings', JSON.stringify({ userDataPath: '/', webviewEndpoint: new URL('./contrib/webview/browser/pre', import.meta.url).href, isEnabledFileDownloads: true, isEnabledFileUploads: true, isEnabledCoderGettingStarted: false, enableWorkspaceTrust: false, ...JSON.parse(meta.getAttribute('data-settings')) }));
await import('../code/browser/workbench/workbench.js');
// the page's own script calls these; the workbench has started itself from the configuration above
export const create = () => {}, URI = { parse: x => x, revive: x => x, from: x => x };
export class Emitter { event = () => ({ dispose() {} }); fire() {} dispose() {} }
`;
