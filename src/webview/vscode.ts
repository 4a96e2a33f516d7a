/** The door to the host: typed messages out, kept view state; the only file that calls acquireVsCodeApi. */

import type { WebviewMessage } from '../protocol/messages';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

export interface Door<M = WebviewMessage> {
  readonly send: (message: M) => void;
  readonly loadState: () => unknown;
  readonly saveState: (state: object) => void;
}

/** Opens the door; may be called once a page. */
export function openDoor<M = WebviewMessage>(): Door<M> {
  const api = acquireVsCodeApi();
  return { send: m => api.postMessage(m), loadState: () => api.getState(), saveState: s => api.setState(s) };
}
