/** Finds the points in a C text: what a CodeLens, hover or log link stands on, whatever the line numbers of the user's tree. */

import { type Point, POINTS } from '../engine/observe/points';
import type { AnchoredFile, AnchoredFunction, AnchoredPoint, ConceptId, MissingPoint } from './api';
import { readBody, type Body } from './body';
import { RULES, type Rule, type Span } from './rules';
import { scanFunctions, type Definition } from './scan';
import { conceptOfPoint, strongConcept, weakConcept } from './words';

/** Functions that lenses and hovers know besides those that hold points. */
const FURTHER = ['kmigrated_work_requested', 'kmigrated_init'];
const KNOWN: ReadonlySet<string> = new Set([...RULES.flatMap(r => r.functions), ...FURTHER]);
const HINT = /kmigrated|migrate_misplaced_folio|PAGE_EXT_MIG|migrate_pages_batch/;
/** Text beyond this is not read (the largest C file of a kernel's mm is a tenth of it). */
const MAX_CHARS = 4_000_000;

/** Quick reject: false when nothing of the text could be anchored. */
export const mayHoldAnchors = (text: string): boolean => HINT.test(text);

/** Is this a mm/kmigrated.c of the first posting's shape, a variant of it, or the project's outline? Names decide, not the path. */
export function looksLikeKmigrated(text: string): boolean {
  const defines = (name: string): boolean => new RegExp(`\\b${name}\\s*\\(`).test(text);
  return defines('kmigrated_walk_zone') && (defines('kmigrated_do_work') || defines('kmigrated_get_nid'));
}

/** Anchors a text; what it does not hold is listed as missing. Never throws, whatever the text. */
export function anchorFile(text: string): AnchoredFile {
  if (text.length > MAX_CHARS || !mayHoldAnchors(text)) return new Anchored(text, [], [], [], missingPoints(new Set(), new Set()));
  const scan = scanFunctions(text, KNOWN);
  const bodies = chooseBodies(text, scan.definitions);
  const found: AnchoredPoint[] = [];
  const lines = new Lines(text);
  for (const rule of RULES) {
    const span = findIn(rule, bodies);
    if (span && span.to > span.from) found.push({ point: rule.point, offset: span.from, length: span.to - span.from, line: lines.lineOf(span.from) });
  }
  found.sort((a, b) => a.offset - b.offset || b.length - a.length);
  const functions = [...bodies.values()].map(({ definition: d }): AnchoredFunction => ({
    name: d.name, nameOffset: d.nameOffset, from: d.from, to: d.closed ? d.bodyTo + 1 : d.bodyTo, line: lines.lineOf(d.nameOffset),
  })).sort((a, b) => a.from - b.from);
  const missing = missingPoints(new Set(found.map(p => p.point)), new Set(bodies.keys()));
  return new Anchored(text, scan.dead, functions, found, missing);
}

const rulesOf = (name: string): readonly Rule[] => RULES.filter(r => r.functions.includes(name));

/** One body a name: of several definitions (under #ifdef) the one that holds most points, the first of equals. */
function chooseBodies(text: string, definitions: readonly Definition[]): Map<string, Body> {
  const chosen = new Map<string, Body>();
  const score = new Map<string, number>();
  for (const definition of definitions) {
    const body = readBody(text, definition);
    const points = rulesOf(definition.name).filter(r => r.find(body) !== undefined).length;
    if (points <= (score.get(definition.name) ?? -1)) continue;
    chosen.set(definition.name, body);
    score.set(definition.name, points);
  }
  return chosen;
}

function findIn(rule: Rule, bodies: ReadonlyMap<string, Body>): Span | undefined {
  for (const name of rule.functions) {
    const body = bodies.get(name);
    const span = body && rule.find(body);
    if (span) return span;
  }
  return undefined;
}

function missingPoints(found: ReadonlySet<Point>, functions: ReadonlySet<string>): MissingPoint[] {
  return RULES.filter(r => !found.has(r.point)).map(({ point, functions: names, seeks }) => {
    const id = POINTS[point]?.id ?? '';
    const present = names.find(n => functions.has(n));
    if (present !== undefined) return { point, why: `"${id}" was not found: ${present}() holds no statement with ${seeks}.` };
    const home = POINTS[point]?.design === 'mm' ? 'mm/migrate.c' : 'mm/kmigrated.c';
    return { point, why: `"${id}" was not found: ${names[0] ?? ''}() is not defined in this text; in a kernel tree it stands in ${home}.` };
  });
}

/** Line numbers by offset, counted in one go for rising offsets and anew for others. */
class Lines {
  private at = 0;
  private line = 0;

  constructor(private readonly text: string) {}

  lineOf(offset: number): number {
    if (offset < this.at) this.at = this.line = 0;
    for (;;) {
      const next = this.text.indexOf('\n', this.at);
      if (next < 0 || next >= offset) return this.line;
      this.at = next + 1;
      this.line++;
    }
  }
}

class Anchored implements AnchoredFile {
  constructor(
    private readonly text: string,
    private readonly dead: readonly number[],
    readonly functions: readonly AnchoredFunction[],
    readonly points: readonly AnchoredPoint[],
    readonly missing: readonly MissingPoint[],
  ) {}

  pointAt(offset: number): Point | undefined {
    let best: AnchoredPoint | undefined;
    for (const p of this.points) {
      if (p.offset <= offset && offset < p.offset + p.length && (!best || p.length < best.length)) best = p;
    }
    return best?.point;
  }

  anchorOf(point: Point): AnchoredPoint | undefined {
    return this.points.find(p => p.point === point);
  }

  conceptAt(offset: number): ConceptId | undefined {
    if (this.isDead(offset)) return undefined;
    const word = this.wordAt(offset);
    const strong = strongConcept(word);
    if (strong) return strong;
    if (!this.functions.some(f => f.from <= offset && offset < f.to)) return undefined;
    const weak = weakConcept(word);
    const point = this.pointAt(offset);
    if (point === undefined) return weak;
    // inside a statement with a point, only these words say more than the statement does
    return weak === 'migrateList' || weak === 'curNid' || weak === 'flagWord' ? weak : conceptOfPoint(point);
  }

  private wordAt(offset: number): string {
    const part = /[A-Za-z0-9_]/;
    let from = offset;
    let to = offset;
    while (from > 0 && part.test(this.text.charAt(from - 1))) from--;
    while (to < this.text.length && part.test(this.text.charAt(to))) to++;
    return this.text.slice(from, to);
  }

  /** In a comment, a string or text under #if 0? */
  private isDead(offset: number): boolean {
    const { dead } = this;
    let low = 0;
    let high = dead.length / 2;
    while (low < high) {
      const mid = (low + high) >> 1;
      if ((dead[2 * mid + 1] ?? 0) <= offset) low = mid + 1;
      else high = mid;
    }
    return low < dead.length / 2 && (dead[2 * low] ?? 0) <= offset;
  }
}
