/** The trace of a "recorded" program: from its file or its list to accesses over one mapping. */

import type { SideFileReader } from '../api';
import type { JsonPath, Places } from '../file/nodes';
import type { ProgramOf } from '../file/programformat';
import { Accesses } from '../traces/collect';
import { MAX_TRACE_BYTES, readTrace } from '../traces/read';
import { grouped } from '../units';
import type { ReplayedTrace } from './kinds';
import { mappings } from './memory';

/** Undefined after a problem was reported; lines that were not taken become warnings. */
export async function replayed(p: ProgramOf<'recorded'>, at: JsonPath, readSide: SideFileReader, places: Places): Promise<ReplayedTrace | undefined> {
  if ((p.file === undefined) === (p.list === undefined)) {
    places.fail(at, `${p.file === undefined ? 'neither file nor list' : 'both file and list'} stands here; exactly one of them is allowed`);
    return undefined;
  }
  const accesses = p.list === undefined ? await ofFile(p, p.file ?? '', at, readSide, places) : ofList(p.list, at, places);
  if (accesses === undefined) return undefined;
  const [shape] = mappings(p, 1, at, places, 'trace');
  const { accesses: columns, pages } = accesses.done(shape.order, shape.pmdMapped);
  return { accesses: columns, vma: { ...shape, pages } };
}

async function ofFile(p: ProgramOf<'recorded'>, file: string, at: JsonPath, readSide: SideFileReader, places: Places): Promise<Accesses | undefined> {
  const field = [...at, 'file'];
  const text = await readSide(file, MAX_TRACE_BYTES);
  if (text === undefined) {
    places.fail(field, `"${file}" cannot be read; a trace beside the scenario, up to 64 MiB, is allowed`);
    return undefined;
  }
  const result = readTrace(text, { file, format: p.format, pid: p.pid });
  for (const note of result.notes) places.warn(field, note);
  if (result.ok) return result.accesses;
  places.fail(field, `in "${file}": ${result.says}`);
  return undefined;
}

function ofList(list: readonly (readonly number[])[], at: JsonPath, places: Places): Accesses | undefined {
  const accesses = new Accesses();
  for (const [i, [page, write]] of list.entries()) {
    if (write !== 0 && write !== 1) places.fail([...at, 'list', i, 1], `${grouped(write)} stands here; 1 for a write or 0 for a read is allowed`);
    accesses.add(page, write === 1);
  }
  return accesses;
}
