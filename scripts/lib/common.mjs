// What every script needs: the project's root, running a command, sizes and free ports.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// bundled into a test, a script's own address says nothing: the runner gives the root
export const ROOT = process.env.KMIGRATED_ROOT ?? path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** @param {string} file */
export const kb = file => `${(fs.statSync(file).size / 1024).toFixed(1)} KiB`;

/** @param {...string} parts */
export const at = (...parts) => path.join(ROOT, ...parts);

/** An error whose message is the whole story for a person: printed without a stack. */
export class Plain extends Error {}

/**
 * Runs a command with its output shown (`joined`: errors go through onLine too); gives its exit code (a signal counts as 1) and never rejects.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, onLine?: (line: string) => void, quiet?: boolean, joined?: boolean, timeoutMs?: number }} [o]
 * @returns {Promise<number>}
 */
export function run(command, args, o = {}) {
  return new Promise(resolve => {
    const piped = o.onLine !== undefined || o.quiet === true;
    const child = spawn(command, args, { cwd: o.cwd ?? ROOT, env: { ...process.env, ...o.env }, stdio: ['ignore', piped ? 'pipe' : 'inherit', o.joined ? 'pipe' : 'inherit'] });
    // stopped together: a suite that is ended must not leave its VS Code behind
    const stop = () => { child.kill('SIGTERM'); process.exit(1); };
    process.once('SIGINT', stop).once('SIGTERM', stop);
    const settle = () => { clearTimeout(timer); process.off('SIGINT', stop).off('SIGTERM', stop); };
    /** @param {import('node:stream').Readable | null} stream */
    const follow = stream => {
      let rest = '';
      stream?.setEncoding('utf8').on('data', chunk => {
        if (!o.quiet) process.stdout.write(chunk);
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) o.onLine?.(line);
      }).on('end', () => { if (rest) o.onLine?.(rest); });
    };
    follow(child.stdout);
    follow(child.stderr);
    const timer = o.timeoutMs === undefined ? undefined : setTimeout(() => {
      console.error(`${command} did not end within ${o.timeoutMs / 1000} s and was stopped`);
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 5000).unref();
    }, o.timeoutMs);
    child.on('error', e => { settle(); console.error(`${command}: ${e.message}`); resolve(127); });
    child.on('close', code => { settle(); resolve(code ?? 1); });
  });
}

/** @param {string} name @returns {string | undefined} the full path of a program on PATH */
export function which(name) {
  for (const dir of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(dir, name);
    try {
      fs.accessSync(file, fs.constants.X_OK);
      if (fs.statSync(file).isFile()) return file;
    } catch { /* not here */ }
  }
  return undefined;
}

/** @param {number} port 0: any free one @returns {Promise<number | undefined>} the port, or undefined when it is taken */
export function freePort(port = 0) {
  return new Promise(resolve => {
    const server = net.createServer().once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const { port: got } = /** @type {net.AddressInfo} */ (server.address());
      server.close(() => resolve(got));
    });
  });
}

/** @param {string} dir @param {RegExp} pattern @returns {string[]} files below dir, sorted, relative to the root */
export function filesBelow(dir, pattern) {
  const full = at(dir);
  if (!fs.existsSync(full)) return [];
  return fs.readdirSync(full, { recursive: true, withFileTypes: true })
    .filter(e => e.isFile() && pattern.test(e.name))
    .map(e => path.relative(ROOT, path.join(e.parentPath ?? e.path, e.name)).split(path.sep).join('/'))
    .sort();
}
