/** The command line: the same engine without a screen. */

import fs from 'node:fs';
import { ASK_USAGE, askCommand } from './lab/ask';
import { COMPARE_USAGE, compareCommand } from './lab/compare';
import { EXPORT_USAGE, exportCommand } from './lab/export';
import { PUBLISHED_USAGE, publishedCommand } from './lab/published';
import { BREAKEVEN_USAGE, SENSITIVITY_USAGE, breakEvenCommand, sensitivityCommand } from './lab/sensitivity';
import { SWEEP_USAGE, sweepCommand } from './lab/sweep';
import { onThreads, servesJobs } from './lab/threads';
import { conformCommand } from './conform/command';
import { machineCommand } from './machine';
import { runCommand } from './run';
import { conformSourceCommand } from './source/command';
import { VALIDATE_USAGE, validateCommand } from './validate/command';
import { runOnThreads, servesSeeds } from './validate/seeds';

const USAGE = `usage: node dist/cli.js COMMAND
  run SCENARIO.json [--seed N] [--until T] [--json] [--digest]   run a scenario and print its counters, or the digest of its trace
      [--migrator M] [--repairs D1,D2|all]                       the same under another design, or with repairs of kmigrated v1
  conform FILE...                                                compare with traces of the real code (.jsonl, .jsonl.gz)
  conform --source FILE.c FILE...                                the same through a C file, compiled to WebAssembly
  machine FILE                                                   print the zones of a /proc/zoneinfo text or a machine sample
  ${VALIDATE_USAGE}
  ${COMPARE_USAGE}
  ${SWEEP_USAGE}
  ${SENSITIVITY_USAGE}
  ${BREAKEVEN_USAGE}
  ${PUBLISHED_USAGE}
  ${EXPORT_USAGE}
  ${ASK_USAGE}`;

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  const out = (line: string): void => console.log(line);
  const err = (line: string): void => console.error(line);
  switch (command) {
    case 'conform': return rest[0] === '--source' ? conformSourceCommand(rest[1], rest.slice(2), __filename, out) : conformCommand(rest, out);
    case 'compare': return compareCommand(rest, { out, err }, onThreads(__filename));
    case 'sensitivity': return sensitivityCommand(rest, { out, err }, onThreads(__filename));
    case 'breakeven': return breakEvenCommand(rest, { out, err });
    case 'sweep': return sweepCommand(rest, { out, err }, onThreads(__filename));
    case 'published': return publishedCommand(rest, { out, err }, onThreads(__filename));
    case 'export': return exportCommand(rest, { out, err }, onThreads(__filename));
    case 'ask': return askCommand(rest, { out, err }, onThreads(__filename));
    case 'run': return runCommand(rest, out, err);
    case 'validate': return validateCommand(rest, { out, err }, runOnThreads(__filename));
    case 'machine': return machineCommand(rest, { read: (path) => fs.promises.readFile(path, 'utf8'), out, err });
    default:
      err(USAGE);
      return command === undefined || command === 'help' || command === '--help' ? 0 : 2;
  }
}

// the threads of the lab and of `validate` run this file too
if (!servesJobs() && !servesSeeds()) {
  void main(process.argv.slice(2)).then((status) => {
    process.exitCode = status;
  });
}
