/** Questions in a row over one draft, with a step count and a way back; how a question is shown is its own affair. */

export type Answer<T> = { readonly kind: 'value'; readonly value: T } | { readonly kind: 'back' } | { readonly kind: 'cancel' };

/** One question: asks, and gives the draft with its answer in it. */
export interface Question<D> {
  /** Whether this draft needs the question. */
  readonly when?: (draft: D) => boolean;
  readonly ask: (draft: D, place: Place) => Promise<Answer<D>>;
}

/** Where a question stands in its row. */
export interface Place {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
}

/** Asks one after the other; undefined when the person leaves. */
export async function askAll<D>(title: string, draft: D, questions: readonly Question<D>[]): Promise<D | undefined> {
  const drafts: D[] = [];
  const asked: number[] = [];
  let current = draft, i = 0;
  while (i < questions.length) {
    const question = questions[i];
    if (question === undefined || question.when?.(current) === false) {
      i++;
      continue;
    }
    const totalSteps = questions.filter(q => q.when?.(current) !== false).length;
    const answer = await question.ask(current, { title, step: asked.length + 1, totalSteps });
    if (answer.kind === 'cancel') return undefined;
    if (answer.kind === 'value') {
      drafts.push(current);
      asked.push(i);
      current = answer.value;
      i++;
      continue;
    }
    i = asked.pop() ?? 0;
    current = drafts.pop() ?? current;
  }
  return current;
}
