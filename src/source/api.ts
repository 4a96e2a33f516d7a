/** What the source room offers to the host: types of the anchored file, concepts, live figures, hovers and lenses. */

import type { Point } from '../engine/observe/points';
import type { PageClass } from '../engine/machine/pageclass';

/** Offsets are UTF-16 code units from the begin of the text that was given, as vscode's positionAt() takes them. */
export interface AnchoredFunction {
  readonly name: string;
  /** The function's name in its definition; a CodeLens stands on its line. */
  readonly nameOffset: number;
  /** First character of the definition (its return type) .. one past its closing brace. */
  readonly from: number;
  readonly to: number;
  /** Line of the name, 0-based. */
  readonly line: number;
}

/** A point found in the text: the statement, or the part of it, that the point stands for. */
export interface AnchoredPoint {
  readonly point: Point;
  readonly offset: number;
  readonly length: number;
  /** Line of offset, 0-based. */
  readonly line: number;
}

export interface MissingPoint {
  readonly point: Point;
  /** One sentence: what was looked for and where. */
  readonly why: string;
}

/** The result of anchorFile(); pure data of one text, to be made anew when the text changes. */
export interface AnchoredFile {
  /** Functions that points or concepts know, in text order. */
  readonly functions: readonly AnchoredFunction[];
  /** Points that were found, in text order. */
  readonly points: readonly AnchoredPoint[];
  /** All other points. A tree's mm/kmigrated.c misses those of mm/migrate.c, and the other way round. */
  readonly missing: readonly MissingPoint[];
  /** The point whose statement covers the offset; the smallest where they nest. */
  pointAt(offset: number): Point | undefined;
  /** The concept that the token at the offset stands for; undefined in comments, strings and on what no concept knows. */
  conceptAt(offset: number): ConceptId | undefined;
  anchorOf(point: Point): AnchoredPoint | undefined;
}

export const CONCEPT_IDS = [
  'flagWord', 'ready', 'nidField', 'nidMask', 'activate', 'mark', 'consume', 'wait', 'timer', 'pass', 'zoneSkip', 'thread', 'init',
  'walk', 'validCheck', 'onlineCheck', 'nidCheck', 'lruCheck', 'ownNode', 'prepare', 'curNid', 'batchCount', 'migrateList', 'flush',
  'resched', 'push', 'finalFlush', 'migratePages', 'unmap', 'tlbFlush', 'move', 'putBack', 'promoteCount', 'nodeData',
] as const;
export type ConceptId = (typeof CONCEPT_IDS)[number];

/** One idea of the code that a person may not know. All texts are plain (no markup) and the project's own. */
export interface Concept {
  readonly id: ConceptId;
  readonly title: string;
  /** One sentence for someone who does not know it. */
  readonly meaning: string;
  /** A longer explanation, paragraphs apart by "\n\n". */
  readonly explanation: string;
  /** Points whose statements show it. */
  readonly points: readonly Point[];
  /** Ids of the defect register that it takes part in. */
  readonly defects: readonly DefectId[];
  /** Filter of the migration log that shows it, or "" where the log has no rows of it. */
  readonly filter: string;
}

/** D1 .. D28, numbered as in the project's register of the posted series. */
export type DefectId = `D${number}`;

export interface Defect {
  readonly id: DefectId;
  readonly title: string;
  /** What happens, in two or three sentences. */
  readonly says: string;
  readonly points: readonly Point[];
  readonly concepts: readonly ConceptId[];
  /**
   * shown: this version runs the code that has it, so it can be seen. partly: some of its effects. no: what it touches
   * (NUMA balancing, build, hotplug) is not modelled.
   */
  readonly visible: 'shown' | 'partly' | 'no';
  /** Where to see it, or why it cannot be seen. */
  readonly shownBy: string;
}

/** A kmigrated thread as hovers name it; ThreadModel of the protocol fits. */
export interface LiveThread {
  readonly name: string;
  readonly phase: string;
  readonly wakePs?: number;
  readonly cursorPfn?: number;
  readonly held?: number;
  readonly batchFolios?: number;
}

/** The figures of the open session. */
export interface LiveFigures {
  /** How often each point was passed, indexed by Point (POINT_COUNT numbers). */
  readonly byPoint: Float64Array;
  /** Sums over nodes, in the order of COUNTER_NAMES. */
  readonly counters: readonly number[];
  readonly threads: readonly LiveThread[];
  /** Simulated time, in ps. */
  readonly timePs: number;
  /** Point of the last stop or of the next step, or -1. */
  readonly atPoint: number;
}

export type LensAction =
  | { readonly kind: 'filterLog'; readonly filter: string }
  | { readonly kind: 'showClass'; readonly pageClass: PageClass }
  | { readonly kind: 'revealPoint'; readonly point: Point };

export interface Lens {
  /** Where it stands: the name of a function's definition, or a statement that a defect sits on. */
  readonly offset: number;
  readonly title: string;
  readonly action: LensAction;
}

/** Signatures, for those who build on this room:
 *  anchor.ts    anchorFile(text: string): AnchoredFile
 *               looksLikeKmigrated(text: string): boolean       is this a mm/kmigrated.c (or the outline)?
 *               mayHoldAnchors(text: string): boolean           quick reject: could anything of it be anchored?
 *  concepts.ts  conceptOf(id: ConceptId): Concept; CONCEPTS: readonly Concept[]; conceptOfPoint(point: Point): ConceptId
 *  defects.ts   DEFECTS: readonly Defect[]; defectOf(id: DefectId): Defect
 *  hover.ts     hoverMarkdown(id: ConceptId, live: LiveFigures | undefined): string
 *  lens.ts      lensesFor(file: AnchoredFile, live: LiveFigures | undefined): readonly Lens[]
 */
