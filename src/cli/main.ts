/** The command line: the same engine without a screen. */

import { conformCommand } from './conform/command';

const USAGE = `usage: node dist/cli.js COMMAND
  conform FILE...   compare with traces of the real code (.jsonl, .jsonl.gz)`;

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case 'conform': return conformCommand(rest, (line) => console.log(line));
    default:
      console.error(USAGE);
      return command === undefined || command === 'help' ? 0 : 2;
  }
}

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
