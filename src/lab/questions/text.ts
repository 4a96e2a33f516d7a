/** An answered question as text: for the command line, and as Markdown for the editor. */

import { svgAddress } from '../export/svg';
import { comparisonLines, digits } from '../tables';
import type { Asked } from './run';
import type { Plot } from './types';

/** A plot as a table: a row a point, a column a line. */
export function plotLines(p: Plot): string[] {
  const table = [[p.x, ...p.series.map((s) => s.name)], ...p.labels.map((label, i) => [label, ...p.series.map((s) => (s.values[i] === null ? '-' : digits(s.values[i] ?? 0)))])];
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
  return [`${p.title} (${p.y})`, ...table.map((row) => row.map((t, i) => t.padStart(widths[i])).join('  '))];
}

const askedBy = ({ question }: Asked): string => question.asked.map((a) => `${a.who} (${a.messageId})`).join(', ');

/** Plain lines. */
export function askedLines(made: Asked, command: string): string[] {
  const { question, answer, parts, refused } = made;
  return [
    question.question, `asked by ${askedBy(made)}; run: ${question.run}`, '', answer.text, '', `What would change it: ${answer.changes}`,
    ...answer.plots.flatMap((p) => ['', ...plotLines(p)]), ...parts.flatMap((p) => ['', `${p.part.label}:`, ...comparisonLines(p.comparison)]), ...refused.map((r) => `not run: ${r}`), '', `Reproduce: ${command}`,
  ];
}

/** The same as Markdown. */
export function askedMarkdown(made: Asked, command: string): string {
  const { question, answer, parts, refused } = made;
  const fence = (lines: readonly string[]): string => `\`\`\`text\n${lines.join('\n')}\n\`\`\``;
  return [
    `# ${question.question}`, `Asked by ${askedBy(made)}. Run: ${question.run}`, answer.text, `**What would change it:** ${answer.changes}`, ...answer.plots.map((p) => `![${p.title}](${svgAddress(p)})\n\n${fence(plotLines(p))}`),
    ...parts.map((p) => `## ${p.part.label}\n\n${fence(comparisonLines(p.comparison))}`), ...(refused.length > 0 ? [`## Not run\n\n${refused.map((r) => `- ${r}`).join('\n')}`] : []),
    `Reproduce: \`${command}\``,
  ].join('\n\n');
}
