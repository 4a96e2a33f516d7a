/** The HTML page of all webviews, under a strict CSP: written once, for the host and for the tests. */

export interface PageOptions {
  readonly view: 'panel' | 'overview' | 'results';
  readonly title: string;
  /** webview.cspSource. */
  readonly cspSource: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  /** Fresh for every page: at least 128 random bits in letters and digits. */
  readonly nonce: string;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * The whole document. Scripts and the one probing <style> of the form-control toolkit need the nonce (it reads it from the meta
 * element "csp-nonce"); everything else that is not from cspSource is refused.
 */
export function webviewPage(o: PageOptions): string {
  const csp = [
    "default-src 'none'", `img-src ${o.cspSource} data:`, `font-src ${o.cspSource}`, `style-src ${o.cspSource} 'nonce-${o.nonce}'`, `script-src 'nonce-${o.nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(csp)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="csp-nonce" content="${escaped(o.nonce)}">
<title>${escaped(o.title)}</title>
<link rel="stylesheet" href="${escaped(o.styleUri)}">
</head>
<body data-view="${o.view}">
<script nonce="${escaped(o.nonce)}" src="${escaped(o.scriptUri)}"></script>
</body>
</html>
`;
}
