/** The two faces of the panel's lower part, log and charts, as tabs; worlds without programs have the log alone. */

import type { App, Changes, Part } from '../app';
import { el, setFlag } from '../dom';

const TABS = [['charts', 'Charts'], ['log', 'Pages and log']] as const;

export class Tabs implements Part {
  readonly root: HTMLElement;
  private readonly buttons: readonly HTMLButtonElement[];

  constructor(private readonly app: App) {
    this.buttons = TABS.map(([below, name]) => el('button', {
      class: 'below-tab', text: name, onClick: () => app.setView({ below }), at: { type: 'button', role: 'tab', id: `tab-${below}`, 'aria-controls': below === 'log' ? 'log' : 'charts' },
    }));
    this.root = el('div', { class: 'below-tabs', at: { role: 'tablist', 'aria-label': 'Below the maps' } }, ...this.buttons);
    this.root.addEventListener('keydown', e => {
      if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
      e.preventDefault();
      const to = app.view.below === 'log' ? 'charts' : 'log';
      app.setView({ below: to });
      this.buttons[TABS.findIndex(([below]) => below === to)]?.focus();
    });
  }

  update(changes: Readonly<Changes>): void {
    if (!changes.session && !changes.view) return;
    setFlag(this.root, 'hidden', this.app.session?.programs !== true);
    TABS.forEach(([below], i) => {
      const on = this.app.view.below === below;
      this.buttons[i]?.setAttribute('aria-selected', String(on));
      this.buttons[i]?.setAttribute('tabindex', on ? '0' : '-1');
    });
  }
}
