/** What the tree shows of programs: groups of rows, each row a label and a text that moves. */

import { integer, seconds } from '../format';
import type { Programs } from '../../session/api';

export type ProgramGroup = 'tasks' | 'counters' | 'ledger';
export const PROGRAM_GROUPS: readonly { readonly group: ProgramGroup; readonly label: string; readonly icon: string; readonly tooltip: string }[] = [
  { group: 'tasks', label: 'Tasks', icon: 'run-all', tooltip: 'Threads of the programs, kmigrated and kswapd: their CPU, and what they are doing.' },
  { group: 'counters', label: 'Counters', icon: 'symbol-numeric', tooltip: 'Under their names in /proc/vmstat, summed over nodes; those that are not 0.' },
  { group: 'ledger', label: 'CPU time', icon: 'graph', tooltip: 'Simulated time of all CPUs by cause; it sums to the time that has passed. Times follow from the cost table and are not validated.' },
];

export interface ProgramRow {
  /** Stable within its group. */
  readonly key: string;
  readonly label: string;
  readonly text: string;
}

const percent = (part: number, whole: number): string => `${(whole > 0 ? (100 * part) / whole : 0).toFixed(1)} %`;

/** A program's thread that has run out of work is no accident. */
function stateOf(task: Programs['tasks'][number]): string {
  if (task.state === 'waiting') return 'waiting for a page';
  return task.state === 'dead' && task.kind === 'user' ? 'ended' : task.state;
}

export function rowsOf(programs: Programs, group: ProgramGroup): ProgramRow[] {
  switch (group) {
    case 'tasks': return programs.tasks.map(t => ({ key: String(t.id), label: t.name, text: `${stateOf(t)} · CPU ${t.cpu}` }));
    case 'counters': return programs.counters.map(([name, value]) => ({ key: name, label: name, text: integer(value) }));
    case 'ledger': {
      const whole = programs.ledger.reduce((sum, [, ps]) => sum + ps, 0);
      return programs.ledger.map(([name, ps]) => ({ key: name, label: name, text: `${seconds(ps)} · ${percent(ps, whole)}` }));
    }
  }
}

/** A group in a line, for when it is closed. */
export function groupText(programs: Programs, group: ProgramGroup): string {
  if (programs.violations.length > 0 && group === 'counters') return `a checker found: ${programs.violations[0] ?? ''}`;
  switch (group) {
    case 'tasks': return `${programs.tasks.length}, ${programs.tasks.filter(t => t.state === 'running').length} running · ${programs.migrator}`;
    case 'counters': return programs.counters.length === 0 ? 'all 0' : '';
    case 'ledger': {
      const whole = programs.ledger.reduce((sum, [, ps]) => sum + ps, 0);
      const idle = programs.ledger.find(([name]) => name === 'idle')?.[1] ?? 0;
      return whole === 0 ? '' : `${percent(whole - idle, whole)} busy`;
    }
  }
}

/** What a CPU is doing. */
export const cpuText = (programs: Programs | undefined, cpu: number): string => {
  const task = programs?.cpus.find(c => c.cpu === cpu)?.task ?? '';
  return task === '' ? 'idle' : task;
};
