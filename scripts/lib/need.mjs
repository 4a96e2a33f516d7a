// Installs what a suite needs and is not there, or says in one sentence what is missing and the way out.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { at, Plain, run, which } from './common.mjs';
import { findChromium, NO_CHROMIUM } from './chromium.mjs';

const OLDEST_NODE = 20;

/** @param {string} [version] @returns {string | undefined} what to tell a person whose Node is too old */
export function nodeTooOld(version = process.versions.node) {
  return Number(version.split('.')[0]) >= OLDEST_NODE ? undefined : `Node ${version} is too old: install Node ${OLDEST_NODE} or newer and try again`;
}

/**
 * Whether node_modules holds what a lock file asks for, by comparing it with npm's own note of what it installed.
 * @param {string} dir folder of package-lock.json
 */
export function installed(dir) {
  const note = `${dir}/node_modules/.package-lock.json`;
  if (!fs.existsSync(note)) return false;
  /** @param {string} file @returns {Record<string, { version?: string, optional?: boolean }>} */
  const packages = file => JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  const want = packages(`${dir}/package-lock.json`);
  const have = packages(note);
  return Object.entries(want).every(([name, p]) => name === '' || (have[name] ? have[name].version === p.version : p.optional === true));
}

export const NO_PACKAGES = '`npm ci` failed (see above): the npm registry must be reachable once; connect to a network that reaches it, or name a mirror with `npm config set registry`, then try again';

/** @param {string} [dir] folder of package-lock.json @param {'error' | 'silent'} [loglevel] of npm */
export async function needNodeModules(dir = at(), loglevel = 'error') {
  const old = nodeTooOld();
  if (old) throw new Plain(old);
  if (installed(dir)) return;
  console.log('installing the npm packages of package-lock.json');
  const code = await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', `--loglevel=${loglevel}`], { cwd: dir });
  if (code !== 0) throw new Plain(NO_PACKAGES);
}

/** @param {string} dir vscode-host or vscode-host/oldest @returns {boolean} */
export function hostReady(dir) {
  const mark = path.join(dir, 'node_modules/.ready');
  if (!fs.existsSync(mark)) return false;
  const lock = crypto.createHash('sha256').update(fs.readFileSync(path.join(dir, 'package-lock.json'))).digest('hex');
  return fs.readFileSync(mark, 'utf8').trim() === lock;
}

export const NO_SERVER_HERE = 'code-server from npm runs on Linux (x64) only: install desktop VS Code (its `code` command on PATH) and try again';
export const NO_SERVER = 'code-server could not be installed (see above): the npm registry must be reachable once, and about 1 GB of disk free; or install desktop VS Code (its `code` command on PATH)';

/**
 * Installs code-server below dir unless it is there already.
 * @param {string} [dir]
 */
export async function needHost(dir = at('vscode-host')) {
  if (hostReady(dir)) return;
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Plain(NO_SERVER_HERE);
  await needTools(['python3', 'make', 'g++']);
  console.log(`installing code-server below ${path.relative(at(), dir)} (half a minute, 0.8 GB)`);
  const code = await run('sh', [at('vscode-host/setup.sh'), path.relative(at('vscode-host'), dir) || '.']);
  if (code !== 0) throw new Plain(NO_SERVER);
}

/** Compilers for code-server's native modules; without them it still runs, so a failure is not the end. */
/** @param {string[]} names */
async function needTools(names) {
  const missing = names.filter(n => which(n) === undefined);
  if (missing.length > 0 && mayInstall()) await aptInstall(missing);
}

/** Chromium, installed from Debian's packages where that may be done. */
export async function needChromium() {
  if (findChromium()) return;
  if (mayInstall()) await aptInstall(['chromium', 'fonts-dejavu-core']);
  if (!findChromium()) throw new Plain(NO_CHROMIUM);
}

export const NO_PARALLEL = 'GNU parallel is not installed: install it (Debian: `apt-get install parallel`) and try again';

/** GNU parallel, which the test of split sweeps runs; installed from Debian's packages where that may be done. */
export async function needParallel() {
  if (which('parallel') === undefined && mayInstall()) await aptInstall(['parallel']);
  if (which('parallel') === undefined) throw new Plain(NO_PARALLEL);
}

const mayInstall = () => process.platform === 'linux' && process.getuid?.() === 0 && which('apt-get') !== undefined;

/** @param {string[]} packages */
async function aptInstall(packages) {
  console.log(`installing ${packages.join(', ')} from the system's packages`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  return run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env, quiet: true });
}
