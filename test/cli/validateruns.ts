// The ten recorded runs, for the tests of validate.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { parseProgramArgs, type ProgramArgs } from '../../src/scenario/program/args';
import { mappingPages } from '../../src/scenario/program/kernelrun';
import { readRunFile, type RunFile } from '../../src/scenario/program/runfile';
import type { RunContext } from '../../src/cli/validate/record';

export const RUNS_DIR = path.resolve('test/fixtures/kernel-runs');
export const RUN_FILES = fs.readdirSync(RUNS_DIR).filter(f => f.endsWith('.json.gz')).sort();

export const runText = (file: string): string => zlib.gunzipSync(fs.readFileSync(path.join(RUNS_DIR, file))).toString('utf8');

export function runOf(file: string): RunFile {
  const result = readRunFile(runText(file), file);
  if (!result.ok) throw new Error(`${file}: ${result.says}`);
  return result.run;
}

export function argsOf(text: string): ProgramArgs {
  const result = parseProgramArgs(text);
  if (!result.ok) throw new Error(result.says);
  return result.args;
}

export function contextOf(run: RunFile): RunContext {
  const args = argsOf(run.initArgs);
  return { args, machine: run.machine, pages: mappingPages(args) };
}
