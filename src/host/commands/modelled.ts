/** "What is modelled" as a document: the three columns of the session's scope, and where its machine and source come from. */

import type { SessionModel } from '../../protocol/messages';

const list = (title: string, items: readonly string[]): string => `## ${title}\n\n${items.map(i => `- ${i}`).join('\n') || '- nothing'}\n`;

export function modelledMarkdown(m: SessionModel): string {
  return [
    `# What is modelled in "${m.name}"\n`,
    `Machine: ${m.machine} (${m.machineSource}). Design: ${m.design}. Source beside it: ${m.sourceLabel}. Engine ${m.engineVersion}, seed ${m.seed}.\n`,
    list('Modelled', m.scope.modelled), list('Simplified', m.scope.simplified), list('Not modelled', m.scope.notModelled),
  ].join('\n');
}
