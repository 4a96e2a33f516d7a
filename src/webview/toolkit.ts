/** The only door to the (archived) webview UI toolkit: its button and text field, nothing else. */

import { provideVSCodeDesignSystem, vsCodeButton, vsCodeTextField, type Button, type TextField } from '@vscode/webview-ui-toolkit';
import { icon, type Icon } from './dom';

declare global {
  interface HTMLElementTagNameMap {
    'vscode-button': Button;
    'vscode-text-field': TextField;
  }
}

/** Registers the elements; call once, before the first is made. */
export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeTextField());
}

export interface ToolButton {
  readonly root: HTMLElement;
  setDisabled(on: boolean): void;
}

/** A button of the toolkit with an icon and a name; the name alone is read out. */
export function toolButton(name: string, look: 'primary' | 'secondary', iconName: Icon | undefined, onClick: () => void, title = ''): ToolButton {
  const node = document.createElement('vscode-button');
  node.setAttribute('appearance', look);
  node.setAttribute('aria-label', name);
  if (title !== '') node.title = title;
  if (iconName) {
    const image = icon(iconName);
    image.setAttribute('slot', 'start');
    node.append(image);
  }
  // the toolkit gives a slotted <span> the size of an icon
  const label = document.createElement('div');
  label.className = 'tool-label';
  label.textContent = name;
  node.append(label);
  node.addEventListener('click', () => {
    if (!node.disabled) onClick();
  });
  return { root: node, setDisabled: on => { if (node.disabled !== on) node.disabled = on; } };
}

export interface ToolField {
  readonly root: HTMLElement;
  value(): string;
  setValue(text: string): void;
  focus(): void;
}

/** A text field of the toolkit; `onInput` gets every change, `onEnter` the text when Enter is pressed. */
export function toolField(o: { name: string; placeholder: string; maxLength: number; icon?: Icon; onInput?: (text: string) => void; onEnter?: (text: string) => void }): ToolField {
  const node = document.createElement('vscode-text-field');
  node.setAttribute('placeholder', o.placeholder);
  node.setAttribute('aria-label', o.name);
  node.setAttribute('maxlength', String(o.maxLength));
  if (o.icon) {
    const image = icon(o.icon);
    image.setAttribute('slot', 'start');
    node.append(image);
  }
  node.addEventListener('input', () => o.onInput?.(node.value));
  node.addEventListener('keydown', e => {
    if (e.key === 'Enter') o.onEnter?.(node.value);
  });
  return {
    root: node,
    value: () => node.value ?? '',
    setValue: text => { if (node.value !== text) node.value = text; },
    focus: () => node.focus(),
  };
}
