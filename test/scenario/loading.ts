// Loading scenario texts in tests: as a spec without warnings, or as problems.
import assert from 'node:assert/strict';
import type { WorldSpec } from '../../src/engine/spec';
import type { ScenarioProblem, SideFileReader } from '../../src/scenario/api';
import { loadScenario } from '../../src/scenario/load';

export const none: SideFileReader = () => Promise.resolve(undefined);
export const files = (map: Record<string, string | undefined>): SideFileReader => name => Promise.resolve(map[name]);

export async function spec(text: string, side = none): Promise<WorldSpec> {
  const result = await loadScenario(text, side);
  assert.ok(result.ok, result.ok ? '' : result.problems[0]?.message);
  assert.deepEqual(result.warnings, []);
  return result.spec;
}

export async function problems(text: string, side = none): Promise<readonly ScenarioProblem[]> {
  const result = await loadScenario(text, side);
  assert.ok(!result.ok, text);
  return result.problems;
}
