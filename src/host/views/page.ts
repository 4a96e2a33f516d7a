/** Fills a vscode.Webview with the explorer's page and limits what it may load. */

import * as vscode from 'vscode';
import { webviewPage } from '../../protocol/html';

const NONCE_BYTES = 16;

/** 128 random bits in hex, new for every page. */
function makeNonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)), b => b.toString(16).padStart(2, '0')).join('');
}

/** Folder of the bundled script and style sheet: all that a webview may read. */
const bundleDir = (extensionUri: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'dist');

export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, enableForms: false, localResourceRoots: [bundleDir(extensionUri)] };
}

export function fillWebview(webview: vscode.Webview, extensionUri: vscode.Uri, view: 'panel' | 'overview' | 'results'): void {
  const uri = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(bundleDir(extensionUri), name)).toString();
  webview.options = webviewOptions(extensionUri);
  webview.html = webviewPage({
    view, title: view === 'results' ? 'kmigrated results' : 'kmigrated explorer', cspSource: webview.cspSource, scriptUri: uri('webview.js'), styleUri: uri('webview.css'), nonce: makeNonce(),
  });
}
