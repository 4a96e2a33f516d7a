// Installs what a suite needs and is not there, or says in one sentence what is missing and the way out.
import fs from 'node:fs';
import { at, Plain, run } from './common.mjs';

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

export async function needNodeModules() {
  if (installed(at())) return;
  console.log('installing the npm packages of package-lock.json');
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) throw new Plain('`npm ci` failed (see above); with a network that reaches an npm registry run `npm ci` by hand, then try again');
}
