/** Entry point of the extension host for the web: a worker, with no file system and no home. */

import type * as vscode from 'vscode';
import type { ExplorerApi } from './api';
import { startExtension } from './extension';

export function activate(context: vscode.ExtensionContext): ExplorerApi {
  return startExtension(context, { host: 'web', readMachine: undefined, autostart: false, home: '', jobs: undefined, fetchBytes: undefined });
}
