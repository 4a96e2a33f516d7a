// The JSON parser belongs to the scenario room alone, and only by the path that can be bundled.
import assert from 'node:assert/strict';
import test from 'node:test';
import { wallBroken } from '../../scripts/eslint/walls.mjs';
import { at } from '../support/root';

test('only src/scenario may import the JSON parser, by its ES modules', () => {
  assert.equal(wallBroken(at('src/scenario/edit.ts'), 'jsonc-parser/lib/esm/main.js'), undefined);
  for (const room of ['engine', 'host', 'session', 'cli', 'webview']) assert.notEqual(wallBroken(at('src', room, 'a.ts'), 'jsonc-parser/lib/esm/main.js'), undefined);
  assert.notEqual(wallBroken(at('src/scenario/edit.ts'), 'jsonc-parser'), undefined);
});
