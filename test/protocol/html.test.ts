// The page of the webviews: strict CSP, no inline style or handler, and what comes from outside is escaped.
import assert from 'node:assert/strict';
import test from 'node:test';
import { webviewPage } from '../../src/protocol/html';

const page = webviewPage({ view: 'overview', title: 'a <b>"', cspSource: 'https://csp.test', scriptUri: 'https://csp.test/w.js', styleUri: 'https://csp.test/w.css', nonce: 'n0nce' });

test('the CSP allows nothing by default, scripts by nonce only', () => {
  const csp = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
  assert.match(csp, /^default-src 'none';/);
  assert.match(csp, /script-src 'nonce-n0nce'$/);
  assert.doesNotMatch(csp, /unsafe|\*/);
});

test('no inline script, style or handler stands in the page, and every script has the nonce', () => {
  assert.doesNotMatch(page, /<style|\sstyle=|\son\w+=/);
  for (const tag of page.match(/<script[^>]*>/g) ?? []) assert.match(tag, /nonce="n0nce" src=/);
  assert.match(page, /<title>a &lt;b&gt;&quot;<\/title>/);
  assert.match(page, /<body data-view="overview">/);
});
