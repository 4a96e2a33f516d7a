/** Keys of the whole panel. F5, F10 and F11 are key bindings of the extension, so that the palette shows them and they are not handled twice. */

import type { App, Part } from './app';

export interface KeyActions {
  /** The parts that F6 goes through, in order. */
  readonly parts: readonly Part[];
  readonly goTo: () => void;
  readonly toCursor: () => void;
  readonly level: (d: number) => void;
  readonly speed: (d: number) => void;
  readonly rows: () => void;
  readonly statement: () => void;
  readonly nearest: () => void;
}

/** True where keys are text: fields, and the slider for arrows. */
const isField = (target: EventTarget | null): boolean =>
  target instanceof Element && (target.closest('vscode-text-field, input, textarea, select') !== null);

export function panelKeys(app: App, actions: KeyActions): void {
  const plain: Readonly<Record<string, () => void>> = {
    g: actions.goTo, c: actions.toCursor, l: actions.rows, s: actions.statement, n: actions.nearest,
    '+': () => actions.level(1), '=': () => actions.level(1), '-': () => actions.level(-1), ',': () => actions.speed(-1), '.': () => actions.speed(1),
  };
  document.addEventListener('keydown', e => {
    if (e.key === 'F6') {
      e.preventDefault();
      // VS Code listens on the window and would go to its own next part as well
      e.stopPropagation();
      nextPart(actions.parts, e.shiftKey ? -1 : 1);
      return;
    }
    if (!app.session || e.ctrlKey || e.metaKey || e.altKey || isField(e.target)) return;
    const action = plain[e.key.length === 1 ? e.key.toLowerCase() : e.key];
    if (!action) return;
    e.preventDefault();
    e.stopPropagation();
    action();
  });
}

function nextPart(parts: readonly Part[], d: number): void {
  const active = document.activeElement;
  const here = parts.findIndex(p => p.root.contains(active));
  for (let i = 1; i <= parts.length; i++) {
    const part = parts[(here + d * i + 2 * parts.length + (here < 0 && d < 0 ? 1 : 0)) % parts.length];
    if (part && !part.root.hidden && part.focus?.()) return;
  }
}
