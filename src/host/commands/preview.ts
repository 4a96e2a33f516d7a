/** A text of ours as a page. */

import * as vscode from 'vscode';

/** As a page where the Markdown extension is there, else as its text. */
export async function preview(uri: vscode.Uri): Promise<void> {
  try {
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  } catch {
    await vscode.window.showTextDocument(uri);
  }
}
