/** Sentences to the person, each with the way out as a button. No command waits for the answer. */

import * as vscode from 'vscode';
import { Command } from '../ids';

/** A button and the command behind it. */
export interface WayOut {
  readonly title: string;
  readonly command: string;
  readonly args?: readonly unknown[];
}

type Show = (text: string, ...titles: string[]) => Thenable<string | undefined>;

function ask(show: Show, text: string, ways: readonly WayOut[]): void {
  void show(text, ...ways.map(w => w.title)).then(title => {
    const way = ways.find(w => w.title === title);
    if (way !== undefined) void vscode.commands.executeCommand(way.command, ...(way.args ?? []));
  });
}

export const tell = (text: string, ...ways: WayOut[]): void => ask((t, ...b) => vscode.window.showInformationMessage(t, ...b), text, ways);
export const warn = (text: string, ...ways: WayOut[]): void => ask((t, ...b) => vscode.window.showWarningMessage(t, ...b), text, ways);
export const fail = (text: string, ...ways: WayOut[]): void => ask((t, ...b) => vscode.window.showErrorMessage(t, ...b), text, ways);

export const openSetting = (key: string): WayOut => ({ title: 'Open Setting', command: 'workbench.action.openSettings', args: [`kmigrated.${key}`] });
export const showProblems: WayOut = { title: 'Show Problems', command: 'workbench.actions.view.problems' };

export function noSession(): void {
  warn('There is no session yet. Run the default experiment, or open a scenario.',
    { title: 'Run the Default Experiment', command: Command.runDefault }, { title: 'Open Scenario', command: Command.openScenario });
}
