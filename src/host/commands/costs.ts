/** The cost table as a document: every figure in force with its unit, range, source and standing, and how to change it. */

import { COSTS, type CostInfo, type CostTable } from '../../engine/cost/table';

const STEPS: readonly (readonly [number, string])[] = [[1e9, 'ms'], [1e6, 'us'], [1e3, 'ns']];

/** "1.5 us": picoseconds in the largest unit that leaves something before the point. */
export function duration(ps: number): string {
  const [size, unit] = STEPS.find(([s]) => ps >= s) ?? [1, 'ps'];
  return `${Number((ps / size).toPrecision(4))} ${unit}`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function line(info: CostInfo, costs: CostTable): string {
  const ps = costs[info.key];
  const changed = ps !== info.defaultPs;
  const value = changed ? `**${duration(ps)}** (changed; default ${duration(info.defaultPs)})` : duration(ps);
  const outside = ps < info.minPs || ps > info.maxPs ? ', outside of what was found' : '';
  const cells = [`\`${info.key}\``, `${value}${outside}`, `a ${info.per}`, `${duration(info.minPs)} to ${duration(info.maxPs)}`, info.standing, info.says, info.source];
  return `| ${cells.map(cell).join(' | ')} |`;
}

/** The table that is in force; name: of the open scenario, or undefined for the defaults. */
export function costsMarkdown(costs: CostTable, name: string | undefined): string {
  const changed = COSTS.filter(c => costs[c.key] !== c.defaultPs);
  const count = (standing: CostInfo['standing']): number => COSTS.filter(c => c.standing === standing).length;
  return [
    '# Costs', '',
    name === undefined ? 'The defaults; no scenario is open.' : `In force in "${name}": ${changed.length === 0 ? 'all defaults' : `${changed.length} changed`}.`, '',
    `${COSTS.length} figures: ${count('solid')} solid (published or measured), ${count('fair')} fair (measured on another machine or fitted), ${count('soft')} soft (a guess to be varied). `
    + 'Simulated times follow from them and are not validated.', '',
    'To change one, write it in picoseconds in the scenario: `"costs": { "hintFaultPs": 2000000 }`. A value outside of the range found is allowed, with a warning.', '',
    '| name | value | unit | range found | standing | what | source |', '| --- | --- | --- | --- | --- | --- | --- |',
    ...COSTS.map(c => line(c, costs)), '',
  ].join('\n');
}
