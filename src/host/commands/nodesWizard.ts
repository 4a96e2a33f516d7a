/** The questions of "Configure Nodes": which machine, or how many nodes of how much memory. */

import { type Json, MAX_PLAIN_NODES, plainMachine, type PlainMachine, readFileName, readNodeMemory, readWhole } from '../scenario/drafts';
import { askAll, type Question } from './questions';
import { askText, type Choice, pickOne } from './wizard';

/** A machine that comes with the extension, as the list shows it. */
export interface PresetChoice {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
}

interface NodesDraft extends PlainMachine {
  readonly source: 'preset' | 'zoneinfo' | 'plain';
  readonly preset: string;
  readonly file: string;
}

const FIRST: NodesDraft = { source: 'preset', preset: '', file: 'zoneinfo.txt', nodes: 2, mibPerNode: 1024, lruPercent: 40 };

type Source = { readonly source: 'preset'; readonly preset: string } | { readonly source: 'zoneinfo' | 'plain' };

function machineQuestion(presets: readonly PresetChoice[]): Question<NodesDraft> {
  const choices: Choice<Source>[] = [
    { label: 'Nodes of my own', detail: 'so many nodes of so much memory, one after the other', value: { source: 'plain' } },
    { label: 'A copy of /proc/zoneinfo', detail: 'a file beside the scenario', value: { source: 'zoneinfo' } },
    ...presets.map((p): Choice<Source> => ({ label: p.label, description: p.id, detail: p.detail, value: { source: 'preset', preset: p.id } })),
  ];
  return {
    ask: async (draft, place) => {
      const a = await pickOne(place, 'Which machine?', choices);
      return a.kind === 'value' ? { kind: 'value', value: { ...draft, ...a.value } } : a;
    },
  };
}

function textQuestion<K extends keyof NodesDraft>(
  when: NodesDraft['source'], key: K, prompt: string, write: (d: NodesDraft) => string,
  read: (text: string) => { readonly ok: true; readonly value: NodesDraft[K] } | { readonly ok: false; readonly text: string },
): Question<NodesDraft> {
  return {
    when: d => d.source === when,
    ask: async (draft, place) => {
      const a = await askText(place, prompt, write(draft), read);
      return a.kind === 'value' ? { kind: 'value', value: { ...draft, [key]: a.value } } : a;
    },
  };
}

const memoryText = (mib: number): string => mib % 1024 === 0 ? `${mib / 1024} GiB` : `${mib} MiB`;

/** The `machine` of a scenario as the person wants it; undefined when they leave. */
export async function askMachine(presets: readonly PresetChoice[]): Promise<Json | undefined> {
  const draft = await askAll('kmigrated: Configure Nodes', FIRST, [
    machineQuestion(presets),
    textQuestion('zoneinfo', 'file', 'The file, relative to the scenario. Beside x-zoneinfo, the files x-iomem, x-dmesg and x-memory_blocks are read too.', d => d.file, readFileName),
    textQuestion('plain', 'nodes', `How many nodes? 1 to ${MAX_PLAIN_NODES}`, d => String(d.nodes), t => readWhole(t, 'a number of nodes', 1, MAX_PLAIN_NODES)),
    textQuestion('plain', 'mibPerNode', 'Memory of each node, in steps of 128 MiB', d => memoryText(d.mibPerNode), readNodeMemory),
    textQuestion('plain', 'lruPercent', 'Percent of the memory that is in use on the LRU at the start', d => String(d.lruPercent), t => readWhole(t, 'a share', 0, 95)),
  ]);
  if (draft === undefined) return undefined;
  switch (draft.source) {
    case 'preset': return { preset: draft.preset };
    case 'zoneinfo': return { zoneinfo: draft.file };
    case 'plain': return plainMachine(draft);
  }
}
