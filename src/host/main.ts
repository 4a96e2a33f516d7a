/** Entry point of the extension host for Node. */

import { homedir } from 'node:os';
import type * as vscode from 'vscode';
import type { ExplorerApi } from './api';
import { startExtension } from './extension';
import { fetchBytes } from './node/download';
import { onThreads } from './node/labThreads';
import { readMachine } from './node/machine';

export function activate(context: vscode.ExtensionContext): ExplorerApi {
  return startExtension(context, { host: 'node', readMachine: () => readMachine(), autostart: process.env['KMIGRATED_AUTOSTART'] === '1', home: homedir(), fetchBytes, jobs: most => onThreads(context.asAbsolutePath('dist/labworker.js'), most) });
}
