/** A reviewer's question as an experiment: what is run, and how its answer follows from the numbers. */

import type { Arm, Comparison } from '../api';

/** One comparison of a question: a scenario and the designs on it. */
export interface Part {
  readonly id: string;
  /** Place on the axis of the plot. */
  readonly label: string;
  readonly scenario: string;
  /** As armOf() takes them; "none" is added to every part. */
  readonly arms: readonly string[];
}

/** A part that was run. */
export interface RanPart {
  readonly part: Part;
  readonly comparison: Comparison;
  /** Arms that do not exist, with the sentence. */
  readonly missing: readonly string[];
}

export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly labels: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

export interface Answer {
  /** One sentence with numbers; it says "simulated". */
  readonly text: string;
  readonly plots: readonly Plot[];
  /** What would change it. */
  readonly changes: string;
}

export interface Question {
  readonly id: string;
  /** 1 .. 10 for the ten, undefined for the rows of dossier section I. */
  readonly number?: number;
  readonly question: string;
  readonly asked: readonly { readonly who: string; readonly messageId: string }[];
  /** What is run, in a sentence. */
  readonly run: string;
  /** The parts; the control with uniform access is among them ("uniform"). */
  readonly parts: readonly Part[];
  readonly answer: (parts: ReadonlyMap<string, RanPart>) => Answer;
}

/** A design of a part by its id, or undefined where it did not run. */
export const armIn = (ran: RanPart | undefined, id: string): Comparison['arms'][number] | undefined => ran?.comparison.arms.find((a) => a.arm.id === id);

export type { Arm };
