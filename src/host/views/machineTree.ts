/** The tree of nodes, zones and threads with what each thread is doing now. */

import * as vscode from 'vscode';
import { integer, memory, nodeText, threadText, zoneText } from '../format';
import { Command, View } from '../ids';
import type { Worlds } from '../live/worlds';
import { Throttle } from '../throttle';
import type { NodeModel, ThreadModel, ZoneModel } from '../../protocol/messages';

export type TreeElement =
  | { readonly kind: 'node'; readonly id: string; readonly node: NodeModel }
  | { readonly kind: 'thread'; readonly id: string; readonly nid: number; readonly name: string }
  | { readonly kind: 'zone'; readonly id: string; readonly nid: number; readonly zone: ZoneModel };

/** Fast enough to follow with the eye, slow enough to read. */
const REFRESH_MS = 250;

const threadIcon = (t: ThreadModel | undefined): vscode.ThemeIcon => {
  if (t === undefined || t.phase === 'none' || t.phase === 'dead') return new vscode.ThemeIcon('circle-slash');
  return new vscode.ThemeIcon(t.phase === 'asleep' ? 'debug-pause' : 'gear');
};

export class MachineTree implements vscode.Disposable, vscode.TreeDataProvider<TreeElement> {
  private readonly changed = new vscode.EventEmitter<TreeElement | TreeElement[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private roots: readonly TreeElement[] = [];
  private children = new Map<string, readonly TreeElement[]>();
  private threadElements: TreeElement[] = [];
  private lastTexts = '';
  private readonly refresh = new Throttle(REFRESH_MS, () => this.update());
  private readonly owned: vscode.Disposable[];
  private readonly view: vscode.TreeView<TreeElement>;

  constructor(private readonly worlds: Worlds) {
    this.view = vscode.window.createTreeView(View.machine, { treeDataProvider: this });
    this.owned = [
      this.refresh, this.changed, this.view,
      this.view.onDidChangeVisibility(() => this.refresh.call()),
      worlds.onDidOpen(() => this.rebuild()),
      worlds.onDidChange(() => this.refresh.call()),
    ];
    this.rebuild();
  }

  dispose(): void {
    for (const d of this.owned) d.dispose();
  }

  getChildren(element?: TreeElement): TreeElement[] {
    return [...(element === undefined ? this.roots : this.children.get(element.id) ?? [])];
  }

  getTreeItem(element: TreeElement): vscode.TreeItem {
    switch (element.kind) {
      case 'node': return this.nodeItem(element.id, element.node);
      case 'thread': return this.threadItem(element.id, element.nid, element.name);
      case 'zone': return zoneItem(element.id, element.nid, element.zone);
    }
  }

  private nodeItem(id: string, node: NodeModel): vscode.TreeItem {
    const item = new vscode.TreeItem(`Node ${node.nid}`, vscode.TreeItemCollapsibleState.Expanded);
    item.id = id;
    item.description = nodeText(node);
    item.iconPath = new vscode.ThemeIcon('server');
    item.contextValue = 'kmigratedNode';
    item.tooltip = `Node ${node.nid}: ${nodeText(node)}. ${node.hasThread ? `Its thread is kmigrated${node.nid}.` : 'No kmigrated thread: the node has no CPU or no memory.'}`;
    return item;
  }

  private threadItem(id: string, nid: number, name: string): vscode.TreeItem {
    const thread = this.thread(nid);
    const text = thread === undefined ? 'no thread' : threadText(thread);
    const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.None);
    item.id = id;
    item.description = text;
    item.iconPath = threadIcon(thread);
    item.contextValue = 'kmigratedThread';
    item.tooltip = `${name}: ${text}. ${thread === undefined ? '' : `${integer(thread.passes)} passes so far.`}`;
    item.command = { command: Command.show, title: 'Show in the explorer', arguments: [{ filter: `thread:${name}` }] };
    return item;
  }

  private thread(nid: number): ThreadModel | undefined {
    return this.worlds.current?.session.threads().find(t => t.nid === nid);
  }

  private rebuild(): void {
    const nodes = this.worlds.current?.session.model.nodes ?? [];
    this.children = new Map();
    this.threadElements = [];
    this.roots = nodes.map(node => {
      const id = `node${node.nid}`;
      const kids: TreeElement[] = node.zones.map(zone => ({ kind: 'zone', id: `${id}/zone${zone.idx}`, nid: node.nid, zone }));
      if (node.hasThread) {
        const thread: TreeElement = { kind: 'thread', id: `${id}/thread`, nid: node.nid, name: `kmigrated${node.nid}` };
        this.threadElements.push(thread);
        kids.unshift(thread);
      }
      this.children.set(id, kids);
      return { kind: 'node', id, node };
    });
    this.lastTexts = '';
    this.changed.fire(undefined);
  }

  /** Only threads move; a tree that nobody sees is not touched. */
  private update(): void {
    const { current } = this.worlds;
    if (!this.view.visible || current === undefined) return;
    const texts = current.session.threads().map(threadText).join('\n');
    if (texts === this.lastTexts) return;
    this.lastTexts = texts;
    this.changed.fire(this.threadElements);
  }
}

function zoneItem(id: string, nid: number, zone: ZoneModel): vscode.TreeItem {
  const item = new vscode.TreeItem(zone.name, vscode.TreeItemCollapsibleState.None);
  const known = zone.holesKnown ? '' : ' Positions of holes are not known: they stand at the end of the span.';
  item.id = id;
  item.description = `${zoneText(zone)} · ${memory(zone.presentPages)}`;
  item.iconPath = new vscode.ThemeIcon('symbol-array');
  item.contextValue = 'kmigratedZone';
  item.tooltip = `Zone ${zone.name} of node ${nid}: PFN ${zoneText(zone)}, ${integer(zone.spannedPages)} pages spanned, ${integer(zone.presentPages)} present, `
    + `${integer(zone.managedPages)} managed; watermarks min ${integer(zone.minPages)}, low ${integer(zone.lowPages)}, high ${integer(zone.highPages)} pages.${known}`;
  if (zone.spannedPages > 0) item.command = { command: Command.show, title: 'Show in the explorer', arguments: [{ pfn: zone.startPfn }] };
  return item;
}
