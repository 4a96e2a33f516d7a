/** Questions in a row: the step count, the way back, and questions that a draft does not need. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { type Answer, askAll, type Place, type Question } from '../../src/host/commands/questions';

interface Draft {
  readonly kind: string;
  readonly count: number;
}

/** Questions that answer from a script and note where they stood. */
function scripted(script: readonly Answer<Partial<Draft>>[]): { questions: Question<Draft>[]; places: string[] } {
  const left = [...script], places: string[] = [];
  const ask = (name: string) => (draft: Draft, place: Place): Promise<Answer<Draft>> => {
    places.push(`${name} ${place.step}/${place.totalSteps} ${draft.kind} ${draft.count}`);
    const answer = left.shift() ?? { kind: 'cancel' };
    return Promise.resolve(answer.kind === 'value' ? { kind: 'value', value: { ...draft, ...answer.value } } : answer);
  };
  return { questions: [{ ask: ask('kind') }, { when: d => d.kind !== 'none', ask: ask('count') }, { ask: ask('end') }], places };
}

const first: Draft = { kind: 'a', count: 0 };

test('answers gather in the draft', async () => {
  const { questions, places } = scripted([{ kind: 'value', value: { kind: 'b' } }, { kind: 'value', value: { count: 5 } }, { kind: 'value', value: {} }]);
  assert.deepEqual(await askAll('t', first, questions), { kind: 'b', count: 5 });
  assert.deepEqual(places, ['kind 1/3 a 0', 'count 2/3 b 0', 'end 3/3 b 5']);
});

test('a question that the draft does not need is left out, and not counted', async () => {
  const { questions, places } = scripted([{ kind: 'value', value: { kind: 'none' } }, { kind: 'value', value: {} }]);
  assert.deepEqual(await askAll('t', first, questions), { kind: 'none', count: 0 });
  assert.deepEqual(places, ['kind 1/3 a 0', 'end 2/2 none 0']);
});

test('back asks the question before again, with the draft as it was, over one that was left out too', async () => {
  const { questions, places } = scripted([
    { kind: 'value', value: { kind: 'none' } }, { kind: 'back' }, { kind: 'value', value: { kind: 'b' } }, { kind: 'value', value: { count: 7 } }, { kind: 'value', value: {} },
  ]);
  assert.deepEqual(await askAll('t', first, questions), { kind: 'b', count: 7 });
  assert.deepEqual(places, ['kind 1/3 a 0', 'end 2/2 none 0', 'kind 1/3 a 0', 'count 2/3 b 0', 'end 3/3 b 7']);
});

test('who leaves gets nothing', async () => {
  const { questions } = scripted([{ kind: 'value', value: {} }, { kind: 'cancel' }]);
  assert.equal(await askAll('t', first, questions), undefined);
});
