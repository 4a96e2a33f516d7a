// Preload (node --require): @vscode/test-web starts Playwright's own Chromium, which is not there; start the system's instead.
'use strict';
const Module = require('node:module');
const { pathToFileURL } = require('node:url');
const path = require('node:path');

const load = Module._load;
const changed = new WeakSet();
Module._load = function (id, ...rest) {
  const loaded = load.call(this, id, ...rest);
  if ((id === 'playwright' || id === 'playwright-core') && loaded.chromium && !changed.has(loaded.chromium)) {
    changed.add(loaded.chromium);
    const launch = loaded.chromium.launch.bind(loaded.chromium);
    loaded.chromium.launch = async o => {
      const { findChromium, QUIET } = await import(pathToFileURL(path.join(__dirname, '../scripts/lib/chromium.mjs')).href);
      return launch({ ...o, executablePath: findChromium(), args: [...(o?.args ?? []), ...QUIET, '--window-size=1400,1000'] });
    };
  }
  return loaded;
};
