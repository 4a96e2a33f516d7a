// Types of startup.mjs.
export const DEFAULT_PORT: number;
export interface StartOptions {
  /** Left out: DEFAULT_PORT, or the next free one. */
  readonly port?: number;
  /** Serve VS Code even where a desktop one is found. */
  readonly served: boolean;
  /** Open a browser where there is one. */
  readonly browser: boolean;
}
export function startOptions(argv: readonly string[]): StartOptions;
export function portTaken(port: number): string;
export function desktopTooOld(range: string, output: string): string | undefined;
