/** What differs between the two extension hosts (Node and web worker); main.ts and main.web.ts each hand in one of these. */

import type { JobRunner } from '../lab/api';
import type { FetchBytes } from './patchset/archive';

/** This machine's /proc/zoneinfo with what says where its holes and CPUs are, as a sample in JSON; or a sentence that says why it cannot be had here. */
export type MachineText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly text: string };

export interface Platform {
  readonly host: 'node' | 'web';
  /** Reads this machine where it has a /proc/zoneinfo. Undefined: this host has no file system of its own, so a file is asked for instead. */
  readonly readMachine: (() => Promise<MachineText>) | undefined;
  /** Runs jobs of the lab on threads of their own, at most so many at once. Undefined: this host has none, so they run in slices of its own time. */
  readonly jobs: ((most: () => number) => JobRunner) | undefined;
  /** Gets a patch series from an archive, on command only. Undefined: this host has no way to one. */
  readonly fetchBytes: FetchBytes | undefined;
  /** The default experiment is to be opened and run at once (npm start). */
  readonly autostart: boolean;
  /** The person's home folder for "~" in kmigrated.sourcePath, or ''. */
  readonly home: string;
}
