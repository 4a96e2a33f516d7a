// Installs what is missing, builds, and opens the explorer with the default experiment.
// usage: npm start [-- --port N] [--served] [--no-browser]
// Desktop VS Code where `code` is found; otherwise a real VS Code served on 127.0.0.1, until Ctrl+C.
import './lib/ownnode.mjs';
import fs from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { at, freePort, Plain, run, which } from './lib/common.mjs';
import { needHost, needNodeModules } from './lib/need.mjs';
import { address, startServer } from './lib/server.mjs';
import { DEFAULT_PORT, desktopTooOld, portTaken, startOptions } from './lib/startup.mjs';
import { sampleWorkspace } from './lib/workspace.mjs';

const AUTOSTART = { KMIGRATED_AUTOSTART: '1' };

/** @returns {string | undefined} the `code` command of a desktop VS Code that is new enough */
function desktopCode() {
  const code = which(process.platform === 'win32' ? 'code.cmd' : 'code');
  const screen = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (code === undefined || !screen) return undefined;
  const { engines } = JSON.parse(fs.readFileSync(at('package.json'), 'utf8'));
  const said = spawnSync(code, ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' });
  const old = desktopTooOld(engines.vscode, said.stdout ?? '');
  if (old) console.log(`${old}; a served VS Code stands in`);
  return old ? undefined : code;
}

/** A window with the extension under development, in a profile of its own, so that its environment is ours and yours is left alone. */
/** @param {string} code */
async function onDesktop(code) {
  const folder = sampleWorkspace(at('out/start/workspace'));
  console.log(`opening the explorer in ${code}`);
  const args = [`--extensionDevelopmentPath=${at()}`, `--user-data-dir=${at('out/start/desktop')}`, '--disable-extensions', '--disable-workspace-trust', '--skip-welcome', '--new-window',
    // Chromium's sandbox refuses root
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), folder];
  const child = spawn(code, args, { env: { ...process.env, ...AUTOSTART }, stdio: 'inherit', shell: process.platform === 'win32' });
  const status = await new Promise(resolve => child.on('exit', resolve).on('error', () => resolve(127)));
  if (status !== 0) throw new Plain(`\`code\` ended with exit status ${status}; \`npm start -- --served\` opens the explorer in a served VS Code instead`);
}

/** @param {import('./lib/startup.mjs').StartOptions} o */
async function served(o) {
  // asked first: an answer before minutes of installing
  const port = await freePort(o.port ?? DEFAULT_PORT) ?? (o.port === undefined ? await freePort() : undefined);
  if (port === undefined) throw new Plain(portTaken(o.port ?? DEFAULT_PORT));
  await needHost();
  const { makeVsix } = await import('./lib/vsix.mjs');
  const vsix = await makeVsix(at('out/start/kmigrated-explorer.vsix'));
  const server = await startServer({ port, install: [vsix], data: at('out/start/data'), extensions: at('out/start/extensions'), env: AUTOSTART });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => { void server.close().then(() => process.exit(0)); });
  const url = address(server.host, { folder: sampleWorkspace(at('out/start/workspace')) });
  console.log(`\nThe explorer is served in VS Code at\n\n  ${url}\n\nIt runs the default experiment when the page is opened. Ctrl+C ends it.`);
  if (o.browser) openBrowser(url);
  const status = await server.exited;
  await server.close();
  throw new Plain(`the served VS Code ended (exit status ${status})`);
}

/** @param {string} url */
function openBrowser(url) {
  const screen = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  const opener = process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open';
  if (!screen || (process.platform !== 'win32' && which(opener) === undefined)) {
    console.log('No browser was found on this machine: open the address in one yourself.');
    return;
  }
  spawn(opener, [url], { stdio: 'ignore', detached: true }).on('error', () => console.log('The browser did not open: open the address yourself.')).unref();
}

async function main() {
  const o = startOptions(process.argv.slice(2));
  const code = o.served || o.port !== undefined ? undefined : desktopCode();
  if (code === undefined && o.port !== undefined && await freePort(o.port) === undefined) throw new Plain(portTaken(o.port));
  await needNodeModules();
  if (await run(process.execPath, [at('scripts/build.mjs')]) !== 0) throw new Plain('the bundles could not be built (see above)');
  await (code === undefined ? served(o) : onDesktop(code));
}

main().catch(e => {
  console.error(e instanceof Plain ? e.message : e);
  process.exit(1);
});
