// The import-boundary rule: which room under src may import which, and which packages each may use.
// The arrows are those of DESIGN.md; `tsc -b` enforces them a second time through project references.
import path from 'node:path';
import { builtinModules } from 'node:module';

/** @type {Record<string, string[]>} rooms that a room may import, besides itself */
export const ARROWS = {
  engine: [],
  scenario: ['engine'],
  source: ['engine'],
  policy: ['engine'],
  protocol: ['engine'],
  lab: ['engine', 'scenario'],
  session: ['engine', 'scenario', 'protocol'],
  webview: ['engine', 'protocol'],
  host: ['engine', 'scenario', 'source', 'protocol', 'session', 'lab', 'policy'],
  cli: ['engine', 'scenario', 'session', 'lab', 'policy'],
};

const NODE = new Set([...builtinModules, 'node:test']);
const TOOLKIT = '@vscode/webview-ui-toolkit';
// The ES modules of the package by their path: its "main" is a UMD file that cannot be bundled.
const JSONC = 'jsonc-parser/lib/esm/main.js';

/**
 * @param {string} file absolute path of the importing file
 * @param {string} spec what stands in the import
 * @returns {string | undefined} why it is not allowed
 */
export function wallBroken(file, spec) {
  const src = file.slice(0, file.lastIndexOf(`${path.sep}src${path.sep}`) + 4);
  const inside = path.relative(src, file).split(path.sep).join('/');
  const room = inside.split('/')[0] ?? '';
  const arrows = ARROWS[room];
  if (!arrows) return `src/${room} is not a room of DESIGN.md`;
  if (spec.startsWith('.')) {
    const target = path.relative(src, path.resolve(path.dirname(file), spec)).split(path.sep).join('/');
    const to = target.split('/')[0] ?? '';
    if (target.startsWith('..')) return room === 'webview' || room === 'scenario' || room === 'host' ? undefined : `src/${room} imports from outside src`;
    if (to === room) {
      if (room === 'host' && target.startsWith('host/node/') && !mayUseNode(inside)) return 'only src/host/main.ts and src/host/node may import src/host/node';
      return undefined;
    }
    return arrows.includes(to) ? undefined : `src/${room} must not import src/${to}`;
  }
  if (spec === 'vscode') return room === 'host' ? undefined : 'only src/host may import vscode';
  if (spec.startsWith('node:') || NODE.has(spec)) return mayUseNode(inside) ? undefined : `${spec}: Node is allowed only in src/cli, src/host/main.ts and src/host/node`;
  if (spec === TOOLKIT || spec.startsWith(TOOLKIT + '/')) return inside === 'webview/toolkit.ts' ? undefined : 'only src/webview/toolkit.ts may import the (archived) toolkit';
  if (spec === 'uplot') return inside === 'webview/charts/chart.ts' ? undefined : 'only src/webview/charts/chart.ts may import uPlot';
  if (spec === JSONC) return room === 'scenario' ? undefined : 'only src/scenario may import the JSON parser';
  return room === 'engine' ? 'src/engine imports nothing but itself' : `${spec}: packages at run time are added to scripts/eslint/walls.mjs on purpose, not in passing`;
}

/** @param {string} inside path under src */
const mayUseNode = inside => inside.startsWith('cli/') || inside === 'host/main.ts' || inside.startsWith('host/node/');

/** @type {import('eslint').Rule.RuleModule} */
export const walls = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    /** @param {any} node */
    const check = node => {
      const spec = node.source?.value ?? node.argument?.value;
      if (typeof spec !== 'string') return;
      const why = wallBroken(context.filename, spec);
      if (why) context.report({ node, message: why });
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check, ImportExpression: check, TSImportType: check };
  },
};
