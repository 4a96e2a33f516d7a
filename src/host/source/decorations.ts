/** What stands in the lines of an open kernel source: how often each statement ran, and the statement of the last stop. */

import * as vscode from 'vscode';
import type { AnchoredFile, AnchoredPoint } from '../../source/api';
import { integer } from '../format';
import type { OpenWorld, Worlds } from '../live/worlds';
import { decorationsEnabled, followStatement, onDidChangeSetting } from '../settings';
import { Throttle } from '../throttle';
import type { Anchors } from './anchors';

const REFRESH_MS = 500;

export class SourceDecorations implements vscode.Disposable {
  private readonly counts = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 2em' },
  });
  private readonly stopped = vscode.window.createTextEditorDecorationType({
    isWholeLine: true, backgroundColor: new vscode.ThemeColor('editor.stackFrameHighlightBackground'),
    overviewRulerColor: new vscode.ThemeColor('editor.stackFrameHighlightBackground'), overviewRulerLane: vscode.OverviewRulerLane.Full,
  });
  private readonly refresh = new Throttle(REFRESH_MS, () => this.update());
  private readonly owned: vscode.Disposable[];
  private lastStop = '';

  constructor(private readonly worlds: Worlds, private readonly anchors: Anchors) {
    this.owned = [
      this.counts, this.stopped, this.refresh, worlds.onDidOpen(() => this.refresh.call()), worlds.onDidChange(() => this.refresh.call()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.refresh.call()), onDidChangeSetting('decorations', () => this.update()),
    ];
  }

  dispose(): void {
    for (const d of this.owned) d.dispose();
  }

  private update(): void {
    const world = this.worlds.current;
    const editors = vscode.window.visibleTextEditors;
    const stop = world === undefined || world.session.state === 'running' || world.session.atPoint < 0 ? '' : `${world.generation}/${world.session.atPoint}/${world.session.timePs}`;
    const moved = stop !== this.lastStop;
    this.lastStop = stop;
    for (const editor of editors) this.decorate(editor, world, stop !== '', moved);
  }

  private decorate(editor: vscode.TextEditor, world: OpenWorld | undefined, stopped: boolean, moved: boolean): void {
    const file = this.anchors.of(editor.document);
    if (file === undefined) return;
    if (world === undefined || !decorationsEnabled(editor.document.uri)) {
      editor.setDecorations(this.counts, []);
      editor.setDecorations(this.stopped, []);
      return;
    }
    editor.setDecorations(this.counts, countLines(editor.document, file, world.session.figures().byPoint));
    const anchor = stopped ? anchorAt(file, world.session.atPoint) : undefined;
    const range = anchor === undefined ? undefined : new vscode.Range(editor.document.positionAt(anchor.offset), editor.document.positionAt(anchor.offset + anchor.length));
    editor.setDecorations(this.stopped, range === undefined ? [] : [range]);
    if (range !== undefined && moved && followStatement()) editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
}

/** One text a line: the counts of the points that begin on it, in order. */
function countLines(document: vscode.TextDocument, file: AnchoredFile, byPoint: Float64Array): vscode.DecorationOptions[] {
  const lines = new Map<number, string[]>();
  for (const { point, offset, length } of file.points) {
    const visits = byPoint[point] ?? 0;
    if (visits === 0) continue;
    const line = document.positionAt(offset + length).line;
    const texts = lines.get(line) ?? [];
    texts.push(integer(visits));
    lines.set(line, texts);
  }
  return [...lines].map(([line, texts]) => ({
    range: document.lineAt(line).range, renderOptions: { after: { contentText: `${texts.join(' · ')}×` } },
  }));
}

/** The anchor of a point given by its number; undefined for -1 and for what this file does not hold. */
function anchorAt(file: AnchoredFile, point: number): AnchoredPoint | undefined {
  return file.points.find(p => p.point === point);
}
