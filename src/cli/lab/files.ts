/** A scenario file with the files that it names, as text, for jobs that stand for themselves; and a cache of results in a directory. */

import fs from 'node:fs';
import path from 'node:path';
import { isJobResult } from '../../lab/lines';
import type { ResultStore } from '../../lab/runners';
import { loadScenario } from '../../scenario/load';

const MAX_SCENARIO_BYTES = 1024 * 1024;

export type ScenarioText = { readonly ok: true; readonly name: string; readonly text: string; readonly side: Readonly<Record<string, string>> } | { readonly ok: false; readonly text: string };

/** Reads a scenario and whatever it names relative to itself; a sentence when it cannot be read. */
export async function readScenario(file: string): Promise<ScenarioText> {
  let text: string;
  try {
    if (fs.statSync(file).size > MAX_SCENARIO_BYTES) return { ok: false, text: `${file} is larger than ${MAX_SCENARIO_BYTES} bytes: it is no scenario.` };
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    return { ok: false, text: `${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  const side: Record<string, string> = {};
  const read = await loadScenario(text, async (name, maxBytes) => {
    const at = path.resolve(path.dirname(file), name);
    const size = await fs.promises.stat(at).then((s) => s.size, () => -1);
    if (size < 0 || size > maxBytes) return undefined;
    return (side[name] = await fs.promises.readFile(at, 'utf8'));
  });
  if (!read.ok) return { ok: false, text: read.problems.map((p) => `${file}: ${p.message}`).join('\n') };
  return { ok: true, name: read.spec.name, text, side };
}

/** Results as files of a directory, one a job. */
export function directoryStore(dir: string): ResultStore {
  const at = (key: string): string => path.join(dir, `${key}.json`);
  return {
    async get(key) {
      const text = await fs.promises.readFile(at(key), 'utf8').catch(() => undefined);
      if (text === undefined) return undefined;
      try {
        const value: unknown = JSON.parse(text);
        return isJobResult(value) ? value : undefined;
      } catch {
        // a file that was cut short is run again
        return undefined;
      }
    },
    async put(key, result) {
      await fs.promises.mkdir(dir, { recursive: true });
      const draft = `${at(key)}.${process.pid}`;
      await fs.promises.writeFile(draft, JSON.stringify(result));
      await fs.promises.rename(draft, at(key));
    },
  };
}
