/** Finds mm/kmigrated.c: at kmigrated.sourcePath, in the workspace, or else the outline that the extension carries. */

import * as vscode from 'vscode';
import { Scheme } from '../ids';
import type { Platform } from '../platform';
import { sourcePath } from '../settings';
import { candidates, namesCFile, readSourcePath } from './paths';
import { ReadOnlyFiles } from './virtual';

export interface FoundSource {
  readonly uri: vscode.Uri;
  readonly kind: 'tree' | 'outline';
  /** What the explorer calls it. */
  readonly label: string;
  /** Why the setting was not followed, as a sentence, or ''. */
  readonly note: string;
}

export const OUTLINE_URI = vscode.Uri.from({ scheme: Scheme.outline, path: '/mm/kmigrated.c' });
export const OUTLINE_LABEL = 'outline of mm/kmigrated.c (no kernel tree was found)';
const OUTLINE_SAYS = 'An outline with the names and the order of mm/kmigrated.c in words of its own; no kernel code. '
  + 'To see the real file, open a kernel tree that has the patch, or set `kmigrated.sourcePath`.';

/** A search of a large workspace does not hold up the experiment. */
const SEARCH_MS = 2000;

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}

export class KernelSource implements vscode.Disposable {
  /** The one search that costs something; a stat or two are made anew each time, so that a checkout is noticed. */
  private searched: Promise<vscode.Uri | undefined> | undefined;
  private label_ = OUTLINE_LABEL;
  private readonly owned: vscode.Disposable[];

  constructor(extensionUri: vscode.Uri, private readonly platform: Platform) {
    const forget = (): void => { this.searched = undefined; };
    const outline = vscode.Uri.joinPath(extensionUri, 'media', 'outline', 'kmigrated.c');
    this.owned = [
      new ReadOnlyFiles(Scheme.outline, OUTLINE_SAYS, async path => path === OUTLINE_URI.path ? vscode.workspace.fs.readFile(outline) : undefined),
      vscode.workspace.onDidChangeWorkspaceFolders(forget),
      vscode.workspace.onDidCreateFiles(forget),
      vscode.workspace.onDidDeleteFiles(forget),
      vscode.workspace.onDidGrantWorkspaceTrust(forget),
    ];
  }

  /** What was found last, without looking again. */
  readonly label = (): string => this.label_;

  dispose(): void {
    for (const d of this.owned) d.dispose();
  }

  /** Looks at the setting, then in the workspace's folders, then below them; else it is the outline. */
  async find(): Promise<FoundSource> {
    const found = await this.look();
    this.label_ = found.label;
    return found;
  }

  private async look(): Promise<FoundSource> {
    const atSetting = await this.lookAtSetting();
    if ('uri' in atSetting) return atSetting;
    const inWorkspace = await this.lookInWorkspace();
    return inWorkspace ?? { uri: OUTLINE_URI, kind: 'outline', label: OUTLINE_LABEL, note: atSetting.note };
  }

  private async lookAtSetting(): Promise<FoundSource | { readonly note: string }> {
    const written = sourcePath();
    const place = readSourcePath(written, this.platform.home);
    if (place.kind === 'none') return { note: place.why === '' ? '' : `kmigrated.sourcePath: ${place.why}.` };
    const root = this.rootOf(place);
    if (root === undefined) return { note: `kmigrated.sourcePath is "${written}", and there is no folder open that it could lie below.` };
    for (const below of candidates(namesCFile(root.path))) {
      const uri = below === '' ? root : vscode.Uri.joinPath(root, below);
      if (await isFile(uri)) return tree(uri);
    }
    return { note: `kmigrated.sourcePath is "${written}", and there is no mm/kmigrated.c.` };
  }

  private rootOf(place: { kind: 'uri'; text: string } | { kind: 'path' | 'relative'; path: string }): vscode.Uri | undefined {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    switch (place.kind) {
      case 'uri': return vscode.Uri.parse(place.text);
      case 'path': return this.platform.host === 'node' ? vscode.Uri.file(place.path) : folder?.with({ path: place.path });
      case 'relative': return folder === undefined ? undefined : vscode.Uri.joinPath(folder, place.path);
    }
  }

  private async lookInWorkspace(): Promise<FoundSource | undefined> {
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      for (const below of candidates(false)) {
        const uri = vscode.Uri.joinPath(folder.uri, below);
        if (await isFile(uri)) return tree(uri);
      }
    }
    this.searched ??= searchBelow();
    const deeper = await this.searched;
    return deeper !== undefined && await isFile(deeper) ? tree(deeper) : undefined;
  }
}

async function searchBelow(): Promise<vscode.Uri | undefined> {
  const patience = new vscode.CancellationTokenSource();
  const timer = setTimeout(() => patience.cancel(), SEARCH_MS);
  try {
    return (await vscode.workspace.findFiles('**/mm/kmigrated.c', '**/node_modules/**', 1, patience.token))[0];
  } finally {
    clearTimeout(timer);
    patience.dispose();
  }
}

function tree(uri: vscode.Uri): FoundSource {
  return { uri, kind: 'tree', label: vscode.workspace.asRelativePath(uri), note: '' };
}

/** Documents that hover and lens look at; whether one really is the kernel's is decided by its text. */
export const SOURCE_SELECTOR: vscode.DocumentSelector = [
  { scheme: Scheme.outline }, { pattern: '**/kmigrated.c' }, { pattern: '**/mm/migrate.c' },
];
