// Runs in the test page instead of page.ts: the same door, but a real session behind it, pumped as the host does.
import { loadScenario } from '../../../src/scenario/load';
import { marksScenarioText } from '../../../src/scenario/defaults';
import { createSession } from '../../../src/session/session';
import type { Session, SessionView } from '../../../src/session/api';
import type { HostMessage } from '../../../src/protocol/messages';
import { readWebviewMessage } from '../../../src/protocol/validate';
import { THEMES, type ThemeName } from './themes';

declare global {
  interface Window {
    real: { session: Session | undefined; refused: string[]; frames: number; acked: number; bytes: number };
  }
}

const options = JSON.parse(new URLSearchParams(location.search).get('options') ?? '{}') as { theme?: ThemeName; scenario?: string };
const theme = THEMES[options.theme ?? 'dark'];
document.body.classList.add(...theme.classes);
for (const [key, value] of Object.entries(theme.vars)) document.documentElement.style.setProperty(`--vscode-${key}`, value);
window.violations = [];
document.addEventListener('securitypolicyviolation', e => window.violations.push(`${e.violatedDirective} ${e.blockedURI}`));
window.real = { session: undefined, refused: [], frames: 0, acked: 0, bytes: 0 };

const post = (m: HostMessage): void => {
  const copy: unknown = structuredClone(m);
  setTimeout(() => window.dispatchEvent(new MessageEvent('message', { data: copy })), 0);
};

class Pump {
  private outstanding = -1;
  private dirty = false;

  constructor(private readonly view: SessionView) {}

  poke(): void {
    if (this.outstanding >= 0) {
      this.dirty = true;
      return;
    }
    const frame = this.view.nextFrame();
    if (!frame) return;
    this.outstanding = frame.seq;
    this.dirty = frame.cells.more;
    window.real.frames++;
    window.real.bytes += frame.cells.data.byteLength;
    post({ ...frame, generation: 1 });
  }

  ack(): void {
    this.outstanding = -1;
    window.real.acked++;
    if (this.dirty) this.poke();
  }
}

async function open(): Promise<void> {
  const loaded = await loadScenario(options.scenario ?? marksScenarioText(), () => Promise.resolve(undefined));
  if (!loaded.ok) throw new Error(loaded.problems.map(p => p.message).join('; '));
  const made = createSession(loaded.spec, {
    now: () => performance.now(), sourceLabel: () => 'outline of the project', memoryLimitBytes: 2 ** 31,
    defer: (callback, ms) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  });
  if ('ok' in made) throw new Error(made.text);
  const view = made.openView();
  const pump = new Pump(view);
  made.onChange(() => pump.poke());
  window.real.session = made;
  receive = value => {
    const read = readWebviewMessage(value);
    if (!read.ok) {
      window.real.refused.push(read.text);
      return;
    }
    const m = read.message;
    switch (m.type) {
      case 'ready': return post({ type: 'session', generation: 1, model: made.model, speed: made.speed, step: 'batch' });
      case 'ack': return pump.ack();
      case 'view':
        view.setRanges(m.ranges);
        return pump.poke();
      case 'run': return made.run();
      case 'pause': return made.pause();
      case 'reset': return made.reset();
      case 'speed': return made.setSpeed(m.ratio);
      case 'step':
        void made.step(m.kind);
        return;
      case 'log': return post({ type: 'log', requestId: m.requestId, ...made.log(m.filter, m.first, m.count) });
      case 'pfn': return post({ type: 'pfn', requestId: m.requestId, page: made.page(m.pfn) });
      case 'find': return post({ type: 'found', requestId: m.requestId, pfn: made.find(m.nid, m.near, m.pageClass), text: '' });
      default:
    }
  };
  for (const m of early.splice(0)) receive(m);
}

const early: unknown[] = [];
let receive: (value: unknown) => void = value => early.push(value);
window.acquireVsCodeApi = () => ({
  postMessage: m => {
    const copy: unknown = structuredClone(m);
    setTimeout(() => receive(copy), 0);
  },
  getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown,
  setState: s => sessionStorage.setItem('state', JSON.stringify(s)),
});
void open();
