/** Fills a vscode.Webview with the explorer's page and limits what it may load. */

import * as vscode from 'vscode';
import { makeNonce, pageHtml } from './html';

/** Folder of the bundled script and style sheet: all that a webview may read. */
const bundleDir = (extensionUri: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'dist');

export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, enableForms: false, localResourceRoots: [bundleDir(extensionUri)] };
}

export function fillWebview(webview: vscode.Webview, extensionUri: vscode.Uri, view: 'panel' | 'overview'): void {
  const uri = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(bundleDir(extensionUri), name)).toString();
  webview.options = webviewOptions(extensionUri);
  webview.html = pageHtml({
    view, title: 'kmigrated explorer', scriptUri: uri('webview.js'), styleUri: undefined, cspSource: webview.cspSource, nonce: makeNonce(),
  });
}
