/** The view that stands in the side bar before there is a session: an empty tree, whose welcome text the manifest has. */

import * as vscode from 'vscode';
import { View } from '../ids';

export function registerWelcome(): vscode.Disposable {
  return vscode.window.registerTreeDataProvider<never>(View.welcome, { getChildren: () => [], getTreeItem: element => element });
}
