// Runs mocha suites inside a real VS Code: in its extension host for Node, and in the one of the web.
import fs from 'node:fs';
import path from 'node:path';
import { COUNTS, freshDir, nodeHostTests, webHostTests } from './bundle.mjs';
import { at, freePort, run } from './common.mjs';
import { needChromium, needHost } from './need.mjs';
import { hostDir, programs } from './server.mjs';
import { mirrorWebBuild } from './webbuild.mjs';
import { sampleWorkspace } from './workspace.mjs';

/** @typedef {{ passed: number, failed: number }} Counts */

const TIMEOUT_MS = 240_000;

/** What test-web, the workbench and its own extensions say at every start. */
const NOISE = new RegExp(['^%c', '^Failed to load resource', '^Activating extension .* failed', '^Serving ', '^Listening on', '^Opening browser', '^Using ESM', '^@vscode/test-web', 'GET /', '^Request to ',
  '^Ignoring ', '^Found additional', '^Updating additional', '^Loading development', '^vscode-test-web-support', '^\\[(AgentHost|AccountPolicyGate|chat-stt)', '^ENOPRO', '^\\s+at .*(/static/build/|Promise\\.all)', '^  ok '].join('|'));

/** Desktop VS Code where one can be shown and had; else undefined, and code-server stands in. $KMIGRATED_VSCODE=server|desktop decides. */
/** @returns {Promise<string | undefined>} */
async function desktop() {
  const wish = process.env.KMIGRATED_VSCODE;
  const screen = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (wish === 'server' || process.env.KMIGRATED_VSCODE_HOST || (wish !== 'desktop' && !screen)) return undefined;
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  try {
    return await downloadAndUnzipVSCode({ cachePath: at('.vscode-test') });
  } catch (e) {
    if (wish === 'desktop') throw e;
    console.log(`desktop VS Code could not be downloaded (${e instanceof Error ? e.message : e}); code-server stands in`);
    return undefined;
  }
}

/** @param {string[]} files *.host.test.ts @returns {Promise<Counts>} */
export async function nodeHost(files) {
  const code = await desktop();
  if (code === undefined) {
    await needChromium();
    await needHost(hostDir());
  }
  const dir = freshDir();
  try {
    const index = await nodeHostTests(files, dir);
    const counts = path.join(dir, 'counts.json');
    const { runTests } = await import('@vscode/test-electron');
    let failure;
    try {
      await runTests({
        vscodeExecutablePath: code ?? at('vscode-host/code-shim.mjs'), extensionDevelopmentPath: at(), extensionTestsPath: index,
        launchArgs: [sampleWorkspace(path.join(dir, 'workspace')), '--disable-extensions'], extensionTestsEnv: { KMIGRATED_COUNTS: counts, KMIGRATED_ROOT: at() },
      });
    } catch (e) {
      failure = e;
    }
    const got = /** @type {Counts} */ (fs.existsSync(counts) ? JSON.parse(fs.readFileSync(counts, 'utf8')) : { passed: 0, failed: 1 });
    if (failure && got.failed === 0) return { ...got, failed: 1 };
    return got;
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

/** @param {string[]} files *.web.test.ts @returns {Promise<Counts>} */
export async function webHost(files) {
  await needChromium();
  const server = process.platform === 'linux' && process.arch === 'x64';
  if (server) await needHost(hostDir());
  const dir = freshDir();
  try {
    const bundle = await webHostTests(files, dir);
    const data = at('.vscode-test-web');
    fs.mkdirSync(data, { recursive: true });
    // elsewhere @vscode/test-web downloads a build of its own
    const build = server ? ['--quality', 'stable', '--commit', mirrorWebBuild(programs(hostDir()).vscode, dir), '--testRunnerDataDir', dir] : ['--testRunnerDataDir', data];
    /** @type {Counts | undefined} */
    let counts;
    const code = await run(process.execPath, ['--require', at('vscode-host/chromium-preload.cjs'), at('node_modules/@vscode/test-web/out/server/index.js'), '--browser', 'chromium',
      ...build, '--port', String(await freePort()), '--extensionDevelopmentPath', at(), '--extensionTestsPath', bundle, sampleWorkspace(path.join(dir, 'workspace'))], {
      timeoutMs: TIMEOUT_MS, quiet: true, joined: true,
      onLine(line) {
        if (line.startsWith(COUNTS)) counts = JSON.parse(line.slice(COUNTS.length));
        else if (process.env.KMIGRATED_SHIM_VERBOSE || !NOISE.test(line)) console.log(line);
      },
    });
    if (counts === undefined) return { passed: 0, failed: 1 };
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}
