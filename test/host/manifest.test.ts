/** package.json and the host's ids agree: every command, view, setting, colour and file that one names, the other has. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { Command, ContextKey, PANEL_TYPE, Scheme, View, WALKTHROUGH } from '../../src/host/ids';
import { at } from '../support/root';

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { command: string; title: string; category: string }[];
    readonly menus: Readonly<Record<string, readonly { command: string; when?: string }[]>>;
    readonly keybindings: readonly { command: string; when: string }[];
    readonly viewsContainers: { readonly activitybar: readonly { id: string; icon: string }[] };
    readonly views: Readonly<Record<string, readonly { id: string; when: string }[]>>;
    readonly viewsWelcome: readonly { view: string; contents: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { scope: string; default: unknown; markdownDescription: string }>> };
    readonly jsonValidation: readonly { url: string }[];
    readonly colors: readonly unknown[];
    readonly walkthroughs: readonly { id: string; steps: readonly { description: string; media: { markdown: string }; completionEvents: readonly string[] }[] }[];
  };
}

const readJson = (file: string): unknown => JSON.parse(fs.readFileSync(at(file), 'utf8'));
const manifest = readJson('package.json') as Manifest;
const { contributes } = manifest;
/** The one file that may use the network, on an explicit command. */
const DOWNLOAD = 'node/download.ts';
const hostText = (): string => fs.readdirSync(at('src/host'), { recursive: true, encoding: 'utf8' })
  .filter(f => f.endsWith('.ts') && f !== DOWNLOAD).map(f => fs.readFileSync(at('src/host', f), 'utf8')).join('\n');

test('every command of the host is in the manifest, with a title and under "kmigrated"', () => {
  assert.deepEqual(contributes.commands.map(c => c.command).sort(), Object.values(Command).sort());
  for (const c of contributes.commands) {
    assert.equal(c.category, 'kmigrated');
    assert.ok(c.title.length > 2);
  }
});

test('menus and keybindings name commands that exist, and keys are taken only while the explorer is in front', () => {
  const known = new Set<string>(Object.values(Command));
  for (const item of [...Object.values(contributes.menus).flat(), ...contributes.keybindings]) assert.ok(known.has(item.command), item.command);
  for (const k of contributes.keybindings) assert.ok(k.when.includes(`activeWebviewPanelId == '${PANEL_TYPE}'`));
});

test('context keys in the manifest are those that the host sets', () => {
  const whens = [...Object.values(contributes.menus).flat(), ...contributes.keybindings, ...Object.values(contributes.views).flat()].map(i => i.when ?? '').join(' ');
  const known: readonly string[] = [...Object.values(ContextKey), View.machine, View.overview, View.patchset, PANEL_TYPE];
  for (const [key] of whens.matchAll(/\bkmigrated\.\w+(?!\w|\\)/g)) assert.ok(known.includes(key) || key === 'kmigrated.c', key);
  assert.ok(contributes.menus['view/title']?.some(m => m.command === Command.chooseMigrator && m.when?.includes(ContextKey.programs) === true));
});

test('views stay away until a session exists, but for the welcome view with its two buttons', () => {
  const [container] = contributes.viewsContainers.activitybar;
  assert.equal(container?.id, View.container);
  const views = new Map((contributes.views[View.container] ?? []).map(v => [v.id, v.when]));
  assert.deepEqual([...views], [[View.welcome, `!${ContextKey.session}`], [View.machine, ContextKey.session], [View.overview, ContextKey.session], [View.patchset, ContextKey.patches]]);
  const contents = contributes.viewsWelcome.find(w => w.view === View.welcome)?.contents ?? '';
  assert.deepEqual([...contents.matchAll(/\(command:([\w.]+)\)/g)].map(m => m[1]), [Command.runDefault, Command.openScenario]);
});

test('every setting is read by the host and every one that is read is in the manifest', () => {
  const written = Object.keys(contributes.configuration.properties).map(k => k.replace(/^kmigrated\./, '')).sort();
  const settings = fs.readFileSync(at('src/host/settings.ts'), 'utf8');
  const used = [...settings.matchAll(/read<[^>]+>\('([\w.]+)'/g)].map(m => m[1] ?? '').sort();
  assert.deepEqual(written, used);
  for (const key of manifest.capabilities.untrustedWorkspaces.restrictedConfigurations) assert.ok(key in contributes.configuration.properties);
});

test('no activation event but those of a file, a panel or a document of ours', () => {
  for (const e of manifest.activationEvents) assert.match(e, /^(onLanguage:jsonc?$|onWebviewPanel:|onFileSystem:|workspaceContains:)/);
  for (const scheme of Object.values(Scheme)) assert.ok(manifest.activationEvents.includes(`onFileSystem:${scheme}`));
  assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${PANEL_TYPE}`));
});

test('colours of the manifest are those that the webview draws with', () => {
  assert.deepEqual(contributes.colors, readJson('media/colors.json'));
});

test('the walkthrough is the one of media/walkthrough, and leads to commands that exist', () => {
  assert.deepEqual(contributes.walkthroughs, [readJson('media/walkthrough/walkthrough.json')]);
  assert.ok(WALKTHROUGH.endsWith(`#${contributes.walkthroughs[0]?.id}`));
  const known = new Set<string>(Object.values(Command));
  for (const step of contributes.walkthroughs[0]?.steps ?? []) {
    const named = [...step.description.matchAll(/\(command:([\w.]+)\)/g)].map(m => m[1] ?? '').concat(step.completionEvents.map(e => e.replace('onCommand:', '')));
    for (const id of named) assert.ok(known.has(id), id);
    assert.ok(fs.existsSync(at(step.media.markdown)), step.media.markdown);
  }
});

test('files that the manifest names are there', () => {
  const files = [...contributes.viewsContainers.activitybar.map(v => v.icon), ...contributes.jsonValidation.map(v => v.url)];
  for (const file of files) assert.ok(fs.existsSync(at(file)), file);
});

test('the host knows the outside world through vscode alone: no process of its own, no network but in the download', () => {
  const text = hostText();
  for (const banned of ['node:child_process', 'node:http', 'node:net', 'fetch(', 'eval(']) assert.ok(!text.includes(banned), banned);
});
