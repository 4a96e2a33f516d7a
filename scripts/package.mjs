// Builds and packages the extension into kmigrated-explorer.vsix; checks that everything it needs is inside, and prints its size.
import './lib/ownnode.mjs';
import fs from 'node:fs';
import path from 'node:path';
import { at, kb, Plain, run } from './lib/common.mjs';
import { needNodeModules } from './lib/need.mjs';
import { makeVsix, missingFiles, zipEntries } from './lib/vsix.mjs';

const GOAL_BYTES = 1.5 * 1024 * 1024;

async function main() {
  await needNodeModules();
  if (await run(process.execPath, [at('scripts/build.mjs')], { env: { CI: 'true' } }) !== 0) throw new Plain('the bundles could not be built (see above)');
  const file = await makeVsix(at('kmigrated-explorer.vsix'));
  const entries = zipEntries(fs.readFileSync(file));
  const missing = missingFiles(JSON.parse(fs.readFileSync(at('package.json'), 'utf8')), entries.map(e => e.name));
  if (missing.length > 0) throw new Plain(`the .vsix lacks ${missing.join(', ')}: package.json names them, .vscodeignore or the build leaves them out`);
  for (const e of entries.filter(x => x.bytes > 20_000)) console.log(`  ${(e.bytes / 1024).toFixed(1).padStart(7)} KiB  ${e.name}`);
  const size = fs.statSync(file).size;
  console.log(`${path.basename(file)}: ${entries.length} files, ${kb(file)} (goal ${GOAL_BYTES / 1024} KiB: ${size <= GOAL_BYTES ? 'met' : 'MISSED'})`);
}

main().catch(e => {
  console.error(e instanceof Plain ? `package: ${e.message}` : e);
  process.exitCode = 1;
});
