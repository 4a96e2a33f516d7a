/** Messages of the host: read, checked, and given to where they belong. */

import { readHostMessage } from '../protocol/validate';
import type { App } from './app';
import type { Notice } from './notice';
import { viewFor } from './state';

export interface Receiver {
  readonly show: (what: { readonly pfn?: number; readonly filter?: string }) => void;
}

/** Handles one message; what cannot be read is said in the error bar, and changes nothing. */
export function receive(app: App, notice: Notice, receiver: Receiver, data: unknown): void {
  const read = readHostMessage(data);
  if (!read.ok) {
    notice.fail(`The explorer got a message that it cannot read. ${read.text} Reset, or open the scenario again.`);
    return;
  }
  const m = read.message;
  switch (m.type) {
    case 'session':
      app.begin(m.generation, m.model);
      app.setView({ speed: m.speed, step: m.step, ...viewFor(app.view, m.model.machine, m.model.nodes) });
      return;
    case 'noSession':
      app.begin(-1, undefined);
      return notice.noSession(m.text);
    case 'frame': {
      const text = app.takeFrame(m);
      if (text !== '') notice.fail(`The explorer got cells that it cannot read. ${text} Reset, or open the scenario again.`);
      return;
    }
    case 'series':
      return app.takeSeries(m);
    case 'log':
    case 'pfn':
    case 'found':
      return app.answered(m.requestId, m);
    case 'progress':
      return notice.loading(m.text, m.fraction);
    case 'error':
      return notice.fail(m.text);
    case 'show':
      return receiver.show(m.what);
  }
}
