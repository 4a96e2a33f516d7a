/** What differs between the two extension hosts (Node and web worker); main.ts and main.web.ts each hand in one of these. */

/** The text of this machine's /proc/zoneinfo, or a sentence that says why it cannot be had here. */
export type MachineText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly text: string };

export interface Platform {
  readonly host: 'node' | 'web';
  /** Reads /proc/zoneinfo where there is one. Undefined: this host has no file system of its own, so a file is asked for instead. */
  readonly readZoneinfo: (() => Promise<MachineText>) | undefined;
  /** The default experiment is to be opened and run at once (npm start). */
  readonly autostart: boolean;
  /** The person's home folder for "~" in kmigrated.sourcePath, or ''. */
  readonly home: string;
}
