/** A comparison as the results page gets it: figures by metric and arm, how each pair of arms stands, and what is known of each. */

import type { ArmSummary, Comparison } from '../../lab/api';
import { verdict } from '../../lab/compare';
import { METRICS, type Metric } from '../../lab/metrics';
import type { MetricId } from '../../lab/metrics';
import type { ResultArm, ResultMetric, ResultsModel, Verdict } from '../../protocol/results';
import { validationText } from '../../session/compare';
import { aboutArm } from './standing';
import type { Subject } from './subject';

const LETTERS: Readonly<Record<ReturnType<typeof verdict>, Verdict>> = { better: 'b', worse: 'w', different: 'd', 'no difference': 'n' };

/** Metrics that stand in the table: those that are 0 for every arm say nothing. */
export const shownMetrics = (c: Comparison): readonly (Metric & { readonly id: MetricId })[] =>
  METRICS.filter(m => c.arms.some(a => a.metrics[m.id].mean !== 0));

function metricModel(c: Comparison, m: Metric & { readonly id: MetricId }): ResultMetric {
  const all = c.arms.map(a => a.metrics[m.id]);
  return {
    id: m.id, name: m.name, unit: m.unit, group: m.group, better: m.better ?? 'neither', cells: all.map(s => [s.mean, s.sd, s.min, s.max] as const),
    verdicts: all.flatMap(ref => all.map(s => LETTERS[verdict(m.id, ref, s)])).join(''),
  };
}

function armModel({ arm, first }: ArmSummary): ResultArm {
  return {
    id: arm.id, label: arm.label, ...aboutArm(arm), violations: first.violations.slice(0, 100).map(v => v.slice(0, 2_000)),
    seconds: first.series.seconds, localShare: first.series.localShare, latencyMs: first.latencyByPositionMs, batchSizes: first.batchSizes,
  };
}

/** The first line: what the scenario's own parts allow to be said, and that it holds for two designs only. */
export function saysOf(c: Comparison, subject: Subject): string {
  const others = c.arms.some(({ arm }) => !(arm.migrator === 'sync' && arm.numaBalancing?.repairBackoff !== true) && !(arm.migrator === 'kmigrated-v1' && (arm.v1?.repairs ?? []).length === 0));
  const more = others ? ' Recorded runs cover the synchronous design and kmigrated v1 as posted; the sentence of each other design says what it is held against.' : '';
  return validationText(subject.spec) + more;
}

/** run: the number of the comparison; seconds: simulated time of each of its runs. */
export function resultsModel(c: Comparison, subject: Subject, run: number, seeds: readonly number[], untilSeconds: number | undefined): ResultsModel {
  return {
    run, title: c.title.slice(0, 500), says: saysOf(c, subject), machine: subject.spec.machine.name.slice(0, 500), engine: c.engine, seeds,
    seconds: untilSeconds ?? subject.spec.durationPs / 1e12, arms: c.arms.map(armModel), metrics: shownMetrics(c).map(m => metricModel(c, m)),
    refused: c.refused.map(({ arm, text }) => ({ label: arm.label, text: text.slice(0, 2_000) })),
  };
}
