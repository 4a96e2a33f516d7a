/** The page of a webview: one script, one optional style sheet, and a policy that allows nothing else. */

export interface PageParts {
  readonly view: 'panel' | 'overview';
  readonly title: string;
  readonly scriptUri: string;
  readonly styleUri: string | undefined;
  readonly cspSource: string;
  readonly nonce: string;
}

const HEX_BYTES = 16;

/** 128 random bits in hex, a new one for every page. */
export function makeNonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(HEX_BYTES)), b => b.toString(16).padStart(2, '0')).join('');
}

/** Nothing is loaded, run or fetched but what is named here; inline script and style need the nonce. */
export function policy(cspSource: string, nonce: string): string {
  return [
    `default-src 'none'`, `script-src 'nonce-${nonce}'`, `style-src ${cspSource} 'nonce-${nonce}'`, `font-src ${cspSource}`, `img-src ${cspSource} data:`,
  ].join('; ');
}

export function pageHtml(p: PageParts): string {
  const style = p.styleUri === undefined ? '' : `\n  <link rel="stylesheet" href="${p.styleUri}">`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${policy(p.cspSource, p.nonce)}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta property="csp-nonce" nonce="${p.nonce}">
  <title>${p.title}</title>${style}
</head>
<body data-view="${p.view}">
  <script nonce="${p.nonce}" src="${p.scriptUri}"></script>
</body>
</html>
`;
}
