/** Reads the messages of the results page, both ways: a message that fits its type and limits, or a sentence that says what is wrong with it. */

import {
  ASIDES, MAX_ARMS, MAX_METRICS, MAX_POINTS, MAX_SEEDS, METRIC_GROUPS, VERDICTS,
  type Aside, type ResultArm, type ResultCell, type ResultDefect, type ResultMetric, type ResultsHostMessage, type ResultsModel, type ResultsWebviewMessage,
} from './results';
import { bool, byType, fits, int, list, object, oneOf, orNull, real, text, tuple, type Shape } from './shape';
import type { Read } from './validate';

type From<M extends { readonly type: string }, K extends M['type']> = Extract<M, { readonly type: K }>;
type W<K extends ResultsWebviewMessage['type']> = From<ResultsWebviewMessage, K>;
type H<K extends ResultsHostMessage['type']> = From<ResultsHostMessage, K>;

const word = <T extends string>(type: T): Shape<T> => oneOf([type]);
const run = int(0, Number.MAX_SAFE_INTEGER);
const seed = int(0, 2 ** 32 - 1);
const POINT = int(0, 65_535);
/** A measured figure; far below what arithmetic of doubles could lose. */
const figure = real(-1e300, 1e300);
const points = list(figure, MAX_POINTS);
const lines = list(text(2_000), 100);

const cell = tuple<ResultCell>(figure, figure, figure, figure);
const metric: Shape<ResultMetric> = object<ResultMetric>({
  id: text(100), name: text(200), unit: text(20), group: oneOf(METRIC_GROUPS), better: oneOf(['high', 'low', 'neither']),
  cells: list(orNull(cell), MAX_ARMS), verdicts: text(MAX_ARMS * MAX_ARMS),
});
const defect: Shape<ResultDefect> = object<ResultDefect>({ id: text(40), title: text(200), says: text(2_000), repaired: bool, point: int(-1, 65_535) });
const asides = Object.keys(ASIDES).filter((a): a is Aside => a in ASIDES);
const arm: Shape<ResultArm> = object<ResultArm>({
  id: text(500), label: text(500), aside: oneOf(asides), standing: text(1_000), options: lines, sources: lines, modelled: lines, simplified: lines, notModelled: lines,
  defects: list(defect, 100), violations: lines, seconds: points, localShare: points, latencyMs: points,
  batchSizes: list(tuple<[number, number]>(int(0, 2 ** 31 - 1), int(0, Number.MAX_SAFE_INTEGER)), 100_000),
});
const fields = object<ResultsModel>({
  run, title: text(500), says: text(2_000), machine: text(500), engine: text(100), seeds: list(seed, MAX_SEEDS), seconds: real(0, 1e9),
  arms: list(arm, MAX_ARMS), metrics: list(metric, MAX_METRICS), refused: list(object<ResultsModel['refused'][number]>({ label: text(500), text: text(2_000) }), MAX_ARMS),
});

/** The fields one by one, and then that the table is whole: a cell for each arm, a verdict for each pair. */
const model: Shape<ResultsModel> = (value, at) => {
  const wrong = fields(value, at);
  if (wrong !== '' || !fits(fields, value)) return wrong;
  const arms = value.arms.length;
  for (const { id, cells, verdicts } of value.metrics) {
    if (cells.length !== arms) return `${at}: metric "${id}" has ${cells.length} cells; allowed is one for each of ${arms} designs.`;
    if (verdicts.length !== arms * arms) return `${at}: metric "${id}" has ${verdicts.length} verdicts; allowed is one for each of ${arms * arms} pairs.`;
    const odd = [...verdicts].find(v => !(v in VERDICTS));
    if (odd !== undefined) return `${at}: metric "${id}" has the verdict ${JSON.stringify(odd)}; allowed is ${Object.keys(VERDICTS).join(', ')}.`;
  }
  const ragged = value.arms.find(a => a.seconds.length !== a.localShare.length);
  return ragged === undefined ? '' : `${at}: "${ragged.id.slice(0, 40)}" has ${ragged.seconds.length} times and ${ragged.localShare.length} shares; allowed is as many of both.`;
};

const fromHost: Shape<ResultsHostMessage> = byType<ResultsHostMessage>({
  results: object<H<'results'>>({ type: word('results'), model }),
  progress: object<H<'progress'>>({ type: word('progress'), title: text(500), done: int(0, 1e6), of: int(0, 1e6) }),
  empty: object<H<'empty'>>({ type: word('empty'), text: text(2_000) }),
  error: object<H<'error'>>({ type: word('error'), text: text(4_000) }),
});

const fromWebview: Shape<ResultsWebviewMessage> = byType<ResultsWebviewMessage>({
  ready: object<W<'ready'>>({ type: word('ready') }),
  openRun: object<W<'openRun'>>({ type: word('openRun'), run, arm: int(0, MAX_ARMS - 1), seed }),
  statement: object<W<'statement'>>({ type: word('statement'), point: POINT }),
  export: object<W<'export'>>({ type: word('export'), run, format: oneOf(['csv', 'json', 'mail']), how: oneOf(['copy', 'save']) }),
  compare: object<W<'compare'>>({ type: word('compare') }),
  cancel: object<W<'cancel'>>({ type: word('cancel') }),
  command: object<W<'command'>>({ type: word('command'), name: oneOf(['showScope', 'showCosts']) }),
});

function read<T>(shape: Shape<T>, value: unknown): Read<T> {
  return fits(shape, value) ? { ok: true, message: value } : { ok: false, text: shape(value, '') };
}

/** Reads a message of the host (called by the results page); never throws. */
export const readResultsHost = (value: unknown): Read<ResultsHostMessage> => read(fromHost, value);

/** Reads a message of the results page (called by the host); never throws. */
export const readResultsWebview = (value: unknown): Read<ResultsWebviewMessage> => read(fromWebview, value);
