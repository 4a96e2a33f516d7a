// Types of workbench.mjs.
import type { BrowserContext, Frame, Page } from 'playwright-core';
import type { Server, ServerOptions } from './server.mjs';

export interface WorkbenchOptions extends ServerOptions {
  /** Folder (or .code-workspace file) to open; left out: an empty window. */
  readonly folder?: string | undefined;
  /** Folders of extensions under development; turns `smoke` on unless it is given. */
  readonly dev?: readonly string[] | undefined;
  /** Module with run(), executed in the extension host. */
  readonly tests?: string | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly scale?: number | undefined;
  /** Called before the page is opened. */
  readonly setup?: ((page: Page) => Promise<void>) | undefined;
}
export interface Workbench {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly server: Server;
  close(): Promise<void>;
}
export function openWorkbench(o: WorkbenchOptions): Promise<Workbench>;
export function ready(page: Page, patienceMs?: number): Promise<void>;
export function command(page: Page, title: string, patienceMs?: number): Promise<void>;
export function webview(page: Page, predicate: () => unknown, patienceMs?: number): Promise<Frame>;
