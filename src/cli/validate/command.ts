/** `validate FILE...`: compares recorded runs of a real kernel with the model, prints a table a file, and fails on one miss. */

import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { type CompareOptions, compareText } from './compare';
import { type SeedRunner, runHere } from './seeds';
import { FOOT, jsonOf, tableLines } from './table';

/** A file may inflate to this. */
export const MAX_INFLATED_BYTES = 64 * 1024 * 1024;
const DEFAULT_SEEDS = 200;
const FREE_SEEDS = 5;
const MAX_SEEDS = 10_000;

export interface ValidateArgs {
  readonly files: readonly string[];
  readonly json: boolean;
  readonly seeds: number;
  readonly freeSeeds: number;
}

export const VALIDATE_USAGE = `validate FILE... [--seeds N] [--free] [--json]   compare recorded runs of a real kernel (.json, .json.gz) with the model
      --seeds N  seeds given the scans, 1 to ${MAX_SEEDS} (${DEFAULT_SEEDS})     --free  as many free runs (else ${FREE_SEEDS})`;

/** Reads the arguments after `validate`; a text is what is wrong with them. */
export function parseValidateArgs(args: readonly string[]): ValidateArgs | string {
  const files: string[] = [];
  let json = false, free = false, seeds = DEFAULT_SEEDS;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === '--json') json = true;
    else if (arg === '--free') free = true;
    else if (arg === '--seeds') {
      const text = args[++i] ?? '';
      seeds = /^\d{1,6}$/.test(text) ? Number(text) : 0;
      if (seeds < 1 || seeds > MAX_SEEDS) return `--seeds "${text}": a whole number from 1 to ${MAX_SEEDS} is needed`;
    } else if (arg.startsWith('--')) return `${arg} is not known; validate takes --seeds N, --free and --json`;
    else files.push(arg);
  }
  return files.length === 0 ? 'validate needs a file: node dist/cli.js validate test/fixtures/kernel-runs/*.json.gz' : { files, json, seeds, freeSeeds: free ? seeds : Math.min(seeds, FREE_SEEDS) };
}

/** The text of a file, inflated; throws an Error with a sentence. */
export function readRunText(file: string): string {
  if (fs.statSync(file).size > MAX_INFLATED_BYTES) throw new Error(`it is larger than ${MAX_INFLATED_BYTES} bytes`);
  const bytes = fs.readFileSync(file);
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (gzipped ? zlib.gunzipSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES }) : bytes).toString('utf8');
}

export interface ValidateIo {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** runner: how seeds are run. Exit status: 0 every file compared without a miss, 1 a miss, a refusal or an unreadable file, 2 wrong usage. */
export async function validateCommand(args: readonly string[], io: ValidateIo, runner: SeedRunner = runHere): Promise<number> {
  const parsed = parseValidateArgs(args);
  if (typeof parsed === 'string') {
    io.err(parsed);
    return 2;
  }
  const counts = { passed: 0, failed: 0, refused: 0 };
  const results: unknown[] = [];
  for (const file of parsed.files) {
    const outcome = await validateFile(file, parsed, io, runner, results);
    counts[outcome]++;
  }
  if (parsed.json) io.out(JSON.stringify(results));
  else {
    io.out(`(${FOOT})`);
    io.out(`${counts.passed} passed, ${counts.failed} failed, ${counts.refused} refused`);
  }
  return counts.failed + counts.refused === 0 ? 0 : 1;
}

type Outcome = 'passed' | 'failed' | 'refused';

async function validateFile(file: string, parsed: ValidateArgs, io: ValidateIo, runner: SeedRunner, results: unknown[]): Promise<Outcome> {
  let text: string;
  const fail = (kind: 'failed' | 'refused', says: string): 'failed' | 'refused' => {
    results.push({ file, ok: false, [kind]: says });
    if (!parsed.json) io.out(`${file}: ${kind === 'refused' ? 'refused: ' : ''}${says}`);
    return kind;
  };
  try {
    text = readRunText(file);
  } catch (error) {
    return fail('failed', `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const options: CompareOptions = {
    seeds: parsed.seeds, freeSeeds: parsed.freeSeeds,
    runner,
    progress: (done, of) => {
      if (done === of || done % Math.max(1, Math.floor(of / 10)) === 0) io.err(`${path.basename(file)}: run ${done} of ${of}`);
    },
  };
  const result = await compareText(text, path.basename(file).replace(/\.json(\.gz)?$/, ''), options);
  if (result.kind !== 'compared') return fail(result.kind === 'wrong' ? 'failed' : 'refused', result.says);
  const { comparison } = result;
  results.push(jsonOf(file, comparison));
  if (!parsed.json) for (const line of [...tableLines(comparison), `   ${comparison.misses === 0 ? 'no miss' : `${comparison.misses} missed`}`, '']) io.out(line);
  return comparison.misses === 0 ? 'passed' : 'failed';
}
