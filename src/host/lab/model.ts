/** A comparison as the results page gets it: figures by metric and arm, how each pair of arms stands, and what is known of each. */

import type { ArmSummary, Comparison } from '../../lab/api';
import { verdict } from '../../lab/compare';
import { METRICS, type Metric } from '../../lab/metrics';
import type { MetricId } from '../../lab/metrics';
import type { Aside, ResultArm, ResultMetric, ResultsModel, Verdict } from '../../protocol/results';
import { validationText } from '../../session/compare';
import { aboutArm } from './standing';
import type { Subject } from './subject';

const LETTERS: Readonly<Record<ReturnType<typeof verdict>, Verdict>> = { better: 'b', worse: 'w', different: 'd', 'no difference': 'n' };

/** Metrics that stand in the table: those that are 0 for every arm say nothing. */
export const shownMetrics = (c: Comparison): readonly (Metric & { readonly id: MetricId })[] =>
  METRICS.filter(m => c.arms.some(a => a.metrics[m.id].mean !== 0));

/** Whether an arm has such a figure: a latency of 0 is that of no move at all, and so is what a page costs where none was migrated. */
function isThere({ metrics }: ArmSummary, m: Metric & { readonly id: MetricId }): boolean {
  if (m.group === 'latency') return metrics[m.id].max > 0;
  if (m.id === 'pfns_per_page' || m.id === 'metadata_bytes_per_page') return metrics.pages_moved.max > 0;
  return m.id !== 'folios_per_batch' || metrics.batches.max > 0;
}

function asideOf({ arm, metrics }: ArmSummary): Aside {
  if (arm.migrator === 'ideal') return 'bound';
  if (arm.migrator === 'none') return 'control';
  return metrics.pages_moved.max === 0 ? 'idle' : '';
}

function metricModel(c: Comparison, m: Metric & { readonly id: MetricId }): ResultMetric {
  const all = c.arms.map(a => (isThere(a, m) ? a.metrics[m.id] : undefined));
  return {
    id: m.id, name: m.name, unit: m.unit, group: m.group, better: m.better ?? 'neither', cells: all.map(s => (s === undefined ? null : [s.mean, s.sd, s.min, s.max] as const)),
    verdicts: all.flatMap(ref => all.map((s): Verdict => (ref === undefined || s === undefined ? 'x' : LETTERS[verdict(m.id, ref, s)]))).join(''),
  };
}

function armModel(summary: ArmSummary): ResultArm {
  const { arm, first } = summary;
  return {
    id: arm.id, label: arm.label, aside: asideOf(summary), ...aboutArm(arm), violations: first.violations.slice(0, 100).map(v => v.slice(0, 2_000)),
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
