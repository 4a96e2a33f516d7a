/** The tree of nodes, zones and threads with what each is doing now; where programs run also CPUs, tasks, counters and CPU time. */

import * as vscode from 'vscode';
import { cpuList, integer, memory, nodeText, threadText, zoneText } from '../format';
import { Command, View } from '../ids';
import type { Worlds } from '../live/worlds';
import type { Programs } from '../../session/api';
import { cpuText, groupText, PROGRAM_GROUPS, type ProgramGroup, type ProgramRow, rowsOf } from './programRows';
import { Throttle } from '../throttle';
import type { NodeModel, ThreadModel, ZoneModel } from '../../protocol/messages';

export type TreeElement =
  | { readonly kind: 'node'; readonly id: string; readonly node: NodeModel }
  | { readonly kind: 'thread'; readonly id: string; readonly nid: number; readonly name: string }
  | { readonly kind: 'cpus'; readonly id: string; readonly cpus: readonly number[] }
  | { readonly kind: 'cpu'; readonly id: string; readonly cpu: number }
  | { readonly kind: 'group'; readonly id: string; readonly group: ProgramGroup }
  | { readonly kind: 'row'; readonly id: string; readonly row: ProgramRow }
  | { readonly kind: 'zone'; readonly id: string; readonly nid: number; readonly zone: ZoneModel };

/** Fast enough to follow with the eye, slow enough to read. */
const REFRESH_MS = 250;
/** More CPUs of a node than this stand in a group of their own. */
const FEW_CPUS = 4;

const threadIcon = (t: ThreadModel | undefined): vscode.ThemeIcon => {
  if (t === undefined || t.phase === 'none' || t.phase === 'dead') return new vscode.ThemeIcon('circle-slash');
  return new vscode.ThemeIcon(t.phase === 'asleep' ? 'debug-pause' : 'gear');
};

export class MachineTree implements vscode.Disposable, vscode.TreeDataProvider<TreeElement> {
  private readonly changed = new vscode.EventEmitter<TreeElement | TreeElement[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private roots: readonly TreeElement[] = [];
  private children = new Map<string, readonly TreeElement[]>();
  /** What moves, with the text that it was last drawn with. */
  private moving: TreeElement[] = [];
  private readonly texts = new Map<string, string>();
  private programs: Programs | undefined;
  private threads: readonly ThreadModel[] = [];
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
    if (element === undefined) return [...this.roots];
    if (element.kind === 'cpus') return element.cpus.map(cpu => ({ kind: 'cpu', id: `cpu${cpu}`, cpu }));
    if (element.kind === 'group') return this.rows(element.id, element.group);
    return [...(this.children.get(element.id) ?? [])];
  }

  /** As they are now: rows come and go, and a group that was closed has not been looked at. */
  private rows(id: string, group: ProgramGroup): TreeElement[] {
    const programs = this.worlds.current?.session.programs();
    return programs === undefined ? [] : rowsOf(programs, group).map(row => ({ kind: 'row', id: `${id}/${row.key}`, row }));
  }

  getTreeItem(element: TreeElement): vscode.TreeItem {
    switch (element.kind) {
      case 'node': return this.nodeItem(element.id, element.node);
      case 'thread': return this.threadItem(element.id, element.nid, element.name);
      case 'zone': return zoneItem(element.id, element.nid, element.zone);
      case 'cpus': return cpusItem(element.id, element.cpus);
      case 'cpu': return cpuItem(element.id, element.cpu, cpuText(this.programs, element.cpu));
      case 'group': return groupItem(element.id, element.group, this.programs);
      case 'row': return rowItem(element.id, element.row);
    }
  }

  private nodeItem(id: string, node: NodeModel): vscode.TreeItem {
    const item = new vscode.TreeItem(`Node ${node.nid}`, vscode.TreeItemCollapsibleState.Expanded);
    item.id = id;
    item.description = nodeText(node);
    item.iconPath = new vscode.ThemeIcon('server');
    item.contextValue = 'kmigratedNode';
    item.tooltip = `Node ${node.nid}: ${nodeText(node)}. ${node.hasThread ? `Its thread is kmigrated${node.nid}.` : this.noThread(node)}`;
    return item;
  }

  private noThread(node: NodeModel): string {
    const design = this.worlds.current?.session.model.design ?? '';
    return node.zones.every(z => z.presentPages === 0) ? 'No kmigrated thread: the node has no memory.' : `No kmigrated thread: who migrates is "${design}".`;
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
    return this.threads.find(t => t.nid === nid);
  }

  private rebuild(): void {
    const model = this.worlds.current?.session.model;
    this.children = new Map();
    this.moving = [];
    this.texts.clear();
    this.look();
    this.roots = (model?.nodes ?? []).map(node => this.nodeElement(node, model?.programs === true));
    if (model?.programs === true) {
      const groups = PROGRAM_GROUPS.map(({ group }): TreeElement => ({ kind: 'group', id: group, group }));
      this.roots = [...this.roots, ...groups];
      this.moving.push(...groups);
    }
    for (const element of this.moving) this.texts.set(element.id, this.textOf(element));
    this.changed.fire(undefined);
  }

  private nodeElement(node: NodeModel, programs: boolean): TreeElement {
    const id = `node${node.nid}`;
    const kids: TreeElement[] = [];
    if (node.hasThread) kids.push({ kind: 'thread', id: `${id}/thread`, nid: node.nid, name: `kmigrated${node.nid}` });
    if (programs && node.cpus.length > FEW_CPUS) kids.push({ kind: 'cpus', id: `${id}/cpus`, cpus: node.cpus });
    else if (programs) kids.push(...node.cpus.map((cpu): TreeElement => ({ kind: 'cpu', id: `cpu${cpu}`, cpu })));
    this.moving.push(...kids);
    kids.push(...node.zones.map((zone): TreeElement => ({ kind: 'zone', id: `${id}/zone${zone.idx}`, nid: node.nid, zone })));
    this.children.set(id, kids);
    return { kind: 'node', id, node };
  }

  /** Takes what is drawn from the session, once a refresh. */
  private look(): void {
    const session = this.worlds.current?.session;
    this.threads = session?.threads() ?? [];
    this.programs = session?.programs();
  }

  /** Everything of an element (and of what is in it) that may move. */
  private textOf(element: TreeElement): string {
    switch (element.kind) {
      case 'thread': {
        const thread = this.thread(element.nid);
        return thread === undefined ? '' : threadText(thread);
      }
      case 'cpus': return element.cpus.map(cpu => cpuText(this.programs, cpu)).join('\n');
      case 'cpu': return cpuText(this.programs, element.cpu);
      case 'group': return this.programs === undefined ? '' : rowsOf(this.programs, element.group).map(row => `${row.key} ${row.text}`).join('\n');
      default: return '';
    }
  }

  /** Only what has moved is drawn again; a tree that nobody sees is not touched. */
  private update(): void {
    if (!this.view.visible || this.worlds.current === undefined) return;
    this.look();
    const stale = this.moving.filter(element => {
      const text = this.textOf(element);
      if (this.texts.get(element.id) === text) return false;
      this.texts.set(element.id, text);
      return true;
    });
    if (stale.length > 0) this.changed.fire(stale);
  }
}

function cpusItem(id: string, cpus: readonly number[]): vscode.TreeItem {
  const item = new vscode.TreeItem('CPUs', vscode.TreeItemCollapsibleState.Collapsed);
  item.id = id;
  item.description = cpuList(cpus);
  item.iconPath = new vscode.ThemeIcon('chip');
  return item;
}

function cpuItem(id: string, cpu: number, text: string): vscode.TreeItem {
  const item = new vscode.TreeItem(`CPU ${cpu}`, vscode.TreeItemCollapsibleState.None);
  item.id = id;
  item.description = text;
  item.iconPath = new vscode.ThemeIcon('chip');
  item.tooltip = `CPU ${cpu}: ${text}`;
  return item;
}

function groupItem(id: string, group: ProgramGroup, programs: Programs | undefined): vscode.TreeItem {
  const info = PROGRAM_GROUPS.find(g => g.group === group);
  const item = new vscode.TreeItem(info?.label ?? group, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = id;
  item.description = programs === undefined ? '' : groupText(programs, group);
  item.iconPath = new vscode.ThemeIcon(info?.icon ?? 'list-flat');
  item.tooltip = info?.tooltip ?? '';
  return item;
}

function rowItem(id: string, row: ProgramRow): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, vscode.TreeItemCollapsibleState.None);
  item.id = id;
  item.description = row.text;
  item.tooltip = `${row.label}: ${row.text}`;
  return item;
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
