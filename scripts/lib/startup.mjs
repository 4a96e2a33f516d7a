// What `npm start` decides before it starts anything: its options, and which VS Code it opens.
import { Plain } from './common.mjs';

export const DEFAULT_PORT = 8137;

/**
 * @param {readonly string[]} argv
 * @returns {import('./startup.mjs').StartOptions}
 */
export function startOptions(argv) {
  /** @type {{ port?: number, served: boolean, browser: boolean }} */
  const o = { served: false, browser: true };
  for (let i = 0; i < argv.length; i++) {
    const m = /^--([\w-]+)(?:=(.*))?$/s.exec(argv[i] ?? '');
    if (m?.[1] === 'port') o.port = portOf(m[2] ?? argv[++i]);
    else if (m?.[1] === 'served') o.served = true;
    else if (m?.[1] === 'no-browser') o.browser = false;
    else throw new Plain(`npm start does not know "${argv[i]}"; it takes --port N (of the served VS Code), --served (even where desktop VS Code is found) and --no-browser; npm wants them after a --, as in: npm start -- --port 9000`);
  }
  return o;
}

/** @param {string | undefined} text */
function portOf(text) {
  const port = Number(text);
  if (text === undefined || !/^\d+$/.test(text) || port < 1 || port > 65535) throw new Plain(`--port is ${text === undefined ? 'without a number' : `"${text}"`}; allowed is a whole number from 1 to 65535`);
  return port;
}

/** @param {number} port @returns {string} */
export const portTaken = port => `port ${port} of 127.0.0.1 is taken by another program: stop that one, or name another port: npm start -- --port ${port === 65535 ? port - 1 : port + 1}`;

/** Oldest VS Code of engines.vscode, as `code --version` prints it in its first line. */
/** @param {string} range engines.vscode @param {string} output @returns {string | undefined} what is wrong with it */
export function desktopTooOld(range, output) {
  const want = range.replace(/^\^/, '').split('.').map(Number);
  const line = output.split('\n')[0]?.trim() ?? '';
  const have = line.split('.').map(Number);
  if (have.length < 2 || have.some(Number.isNaN)) return `\`code --version\` says "${line}", which is no version of VS Code`;
  const [major = 0, minor = 0] = have;
  const enough = major > (want[0] ?? 0) || (major === want[0] && minor >= (want[1] ?? 0));
  return enough ? undefined : `\`code\` is VS Code ${line}, and ${range.replace('^', '')} or newer is needed`;
}
