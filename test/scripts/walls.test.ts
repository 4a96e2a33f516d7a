// The import-boundary rule itself: arrows that run back are refused, the allowed ones pass.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at } from '../support/root';
import { wallBroken } from '../../scripts/eslint/walls.mjs';

const broken = (file: string, spec: string): boolean => wallBroken(at('src', file), spec) !== undefined;

test('arrows run one way', () => {
  assert.equal(broken('engine/sim/a.ts', './b'), false);
  assert.equal(broken('engine/sim/a.ts', '../machine/b'), false);
  assert.equal(broken('engine/a.ts', '../protocol/b'), true);
  assert.equal(broken('session/a.ts', '../engine/b'), false);
  assert.equal(broken('protocol/a.ts', '../session/b'), true);
  assert.equal(broken('webview/a.ts', '../protocol/b'), false);
  assert.equal(broken('webview/a.ts', '../host/b'), true);
  assert.equal(broken('cli/a.ts', '../host/b'), true);
});

test('vscode, Node and the toolkit each have one place', () => {
  assert.equal(broken('host/a.ts', 'vscode'), false);
  assert.equal(broken('session/a.ts', 'vscode'), true);
  assert.equal(broken('host/main.ts', 'node:fs'), false);
  assert.equal(broken('host/main.web.ts', 'fs'), true);
  assert.equal(broken('host/node/a.ts', 'node:fs'), false);
  assert.equal(broken('host/main.web.ts', './node/a'), true);
  assert.equal(broken('cli/a.ts', 'node:zlib'), false);
  assert.equal(broken('engine/a.ts', 'node:fs'), true);
  assert.equal(broken('webview/toolkit.ts', '@vscode/webview-ui-toolkit'), false);
  assert.equal(broken('webview/main.ts', '@vscode/webview-ui-toolkit'), true);
  assert.equal(broken('engine/a.ts', 'fast-check'), true);
});
