/** `conform FILE...`: runs every scenario of the files, literal and fast, and compares the whole trace with the one that the real code left. */

import fs from 'node:fs';
import zlib from 'node:zlib';
import type { PghotVersion } from './pghot';
import { pghotTraces, pghotVersionOf } from './pghotsteps';
import { type ConformanceCase, parseScenario } from './scenario';
import { traceOf } from './steps';

const MAX_FILE_BYTES = 256 * 1024 * 1024;
const SHOWN_CHARS = 200;

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
};

/** First difference between two JSON values as "path: expected …, got …", or undefined when they are equal. */
export function firstDifference(expected: unknown, got: unknown, path = ''): string | undefined {
  if (Object.is(expected, got)) return undefined;
  if (typeof expected === 'object' && typeof got === 'object' && expected !== null && got !== null && Array.isArray(expected) === Array.isArray(got)) {
    const e = new Map(Object.entries(expected)), g = new Map(Object.entries(got));
    for (const [key, value] of e) {
      const found = firstDifference(value, g.get(key), path === '' ? key : `${path}.${key}`);
      if (found !== undefined) return found;
    }
    for (const key of g.keys()) if (!e.has(key)) return `${path}.${key}: expected nothing, got ${show(g.get(key))}`;
    return undefined;
  }
  return `${path}: expected ${show(expected)}, got ${show(got)}`;
}

/** Why a case of a pghot version fails, or undefined: its threads have one way to walk. */
function checkPghot(test: ConformanceCase, which: PghotVersion): string | undefined {
  try {
    const { expected, got } = pghotTraces(test, which);
    return firstDifference(expected, got);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Why a case fails, or undefined. */
export function checkCase(test: ConformanceCase): string | undefined {
  const which = pghotVersionOf(test);
  if (which !== undefined) return typeof which === 'string' ? which : checkPghot(test, which);
  for (const literal of [true, false]) {
    const how = literal ? 'literal' : 'fast';
    try {
      const found = firstDifference(test.trace, traceOf(parseScenario(test.scenario), literal));
      if (found !== undefined) return `${how}: ${found}`;
    } catch (error) {
      return `${how}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return undefined;
}

function isCase(value: unknown): value is ConformanceCase {
  return typeof value === 'object' && value !== null && 'name' in value && 'scenario' in value && 'trace' in value
    && typeof value.name === 'string' && typeof value.scenario === 'string';
}

function readText(file: string): string {
  const bytes = fs.readFileSync(file);
  if (bytes.length > MAX_FILE_BYTES) throw new Error(`${bytes.length} bytes; at most ${MAX_FILE_BYTES} are read`);
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (gzipped ? zlib.gunzipSync(bytes, { maxOutputLength: MAX_FILE_BYTES }) : bytes).toString('utf8');
}

/** A line of a file: a scenario, or why it is none. */
export type ConformanceLine = { readonly at: string; readonly test: ConformanceCase } | { readonly problem: string };

/** Reads a file of scenarios, one JSON object a line; what cannot be read is a problem, not an exception. */
export function readCases(file: string): ConformanceLine[] {
  let text = '';
  try {
    text = readText(file);
  } catch (error) {
    return [{ problem: `${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}` }];
  }
  return text.split('\n').flatMap((line, i): ConformanceLine[] => {
    if (line.trim() === '') return [];
    let test: unknown;
    try {
      test = JSON.parse(line);
    } catch {
      test = undefined;
    }
    return [isCase(test) ? { at: `${file}:${i + 1}`, test } : { problem: `${file}:${i + 1}: not a scenario: a JSON object with name, scenario and trace is needed` }];
  });
}

/** Prints one line a failing scenario and `N passed, M failed` last; returns the exit status. */
export function conformCommand(files: readonly string[], out: (line: string) => void): number {
  let passed = 0, failed = 0;
  const fail = (what: string): void => {
    failed++;
    out(what);
  };
  if (files.length === 0) {
    out('conform needs at least one file: node dist/cli.js conform test/fixtures/conformance/*.jsonl.gz');
    return 2;
  }
  for (const file of files) {
    for (const line of readCases(file)) {
      const why = 'problem' in line ? line.problem : checkCase(line.test);
      if (why === undefined) passed++;
      else fail('problem' in line ? line.problem : `${line.at} ${line.test.name}: ${why}`);
    }
  }
  out(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
