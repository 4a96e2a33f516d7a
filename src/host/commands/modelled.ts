/** "What is modelled" as a document: the three columns of the session's scope, and where its machine and source come from. */

import type { ScopeTable, SessionModel } from '../../protocol/messages';

const list = (title: string, items: readonly string[]): string => `## ${title}\n\n${items.map(i => `- ${i}`).join('\n') || '- nothing'}\n`;

/** The scope, and what is special about the open session where there is one. */
export function modelledMarkdown(scope: ScopeTable, m: SessionModel | undefined): string {
  const about = m === undefined ? [] : [
    `Open now: "${m.name}". Machine: ${m.machine} (${m.machineSource.replace(/\.$/, '')}). Design: ${m.design}. Source beside it: ${m.sourceLabel}. Engine ${m.engineVersion}, seed ${m.seed}.\n`,
  ];
  return [
    '# What is modelled\n', ...about, list('Modelled', scope.modelled), list('Simplified', scope.simplified), list('Not modelled', scope.notModelled),
  ].join('\n');
}
