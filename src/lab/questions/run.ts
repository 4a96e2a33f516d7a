/** Runs a question: its parts with the control of no balancing, all jobs at once, and the answer from what they measured. */

import type { Arm, Job, JobRunner } from '../api';
import { armOf } from '../arms';
import { type CompareRequest, joined, jobsOf } from '../compare';
import { TEN } from './ten';
import type { Answer, Question, RanPart } from './types';

export interface AskOptions {
  readonly seeds: readonly number[];
  /** Simulated time of every run, s; undefined: the question's own. */
  readonly untilSeconds?: number;
}

export interface Asked {
  readonly question: Question;
  readonly parts: readonly RanPart[];
  readonly answer: Answer;
  /** Designs that were refused, with their sentences. */
  readonly refused: readonly string[];
}

/** By id or number; undefined when there is none. */
export const questionOf = (text: string): Question | undefined => TEN.find((q) => q.id === text || String(q.number) === text);

function armsOf(names: readonly string[]): { readonly arms: readonly Arm[]; readonly missing: readonly string[] } {
  const arms: Arm[] = [], missing: string[] = [];
  for (const name of ['none', ...names]) {
    const made = armOf(name);
    if (typeof made === 'string') missing.push(made);
    else arms.push(made);
  }
  return { arms, missing };
}

/** Runs it; undefined when it was cancelled. */
export async function ask(question: Question, options: AskOptions, runner: JobRunner, progress: (done: number, of: number) => void, cancelled: () => boolean): Promise<Asked | undefined> {
  const requests = question.parts.map((part) => {
    const { arms, missing } = armsOf(part.arms);
    const request: CompareRequest = {
      title: part.label, scenario: part.scenario, side: {}, arms, seeds: options.seeds, overrides: [], costs: {}, ...(options.untilSeconds === undefined ? {} : { untilSeconds: options.untilSeconds }),
    };
    return { part, request, missing, jobs: jobsOf(request) };
  });
  const jobs: Job[] = requests.flatMap((r) => r.jobs);
  const results = await runner.run(jobs, progress, cancelled);
  if (cancelled()) return undefined;
  let from = 0;
  const parts = requests.map(({ part, request, missing, jobs: mine }): RanPart => {
    const made = joined(request, results.slice(from, from + mine.length));
    from += mine.length;
    return { part, missing, comparison: made };
  });
  return {
    question, parts, answer: question.answer(new Map(parts.map((p) => [p.part.id, p]))),
    refused: parts.flatMap((p) => [...p.missing, ...p.comparison.refused.map((r) => `${p.part.label}, ${r.arm.id}: ${r.text}`)]),
  };
}
