/** What the scenario room offers: text of a scenario file in, frozen WorldSpec or a list of located problems out. */

import type { WorldSpec } from '../engine/spec';

/** A mistake in a file: where it stands, what stands there, what is allowed. */
export interface ScenarioProblem {
  /** JSON path, e.g. "workload[1].targets[0]"; "" for the whole file. */
  readonly path: string;
  /** Offset and length in the text, for the Problems view. */
  readonly offset: number;
  readonly length: number;
  /** One sentence: path, what stands there, what is allowed. */
  readonly message: string;
}

/** Reads a file that the scenario names relative to itself; resolves to undefined when it is not there. Limits are the reader's caller's. */
export type SideFileReader = (relativePath: string, maxBytes: number) => Promise<string | undefined>;

export type ScenarioResult =
  | { readonly ok: true; readonly spec: WorldSpec; readonly warnings: readonly ScenarioProblem[] }
  | { readonly ok: false; readonly problems: readonly ScenarioProblem[] };
