// Preload (node --require): code-server 4.103 has no --vscode-option, so this gives its VS Code the smoke test driver,
// without which the page ignores the extension and the tests that its address names.
'use strict';
const Module = require('node:module');

const load = Module._load;
const changed = new WeakSet();
Module._load = function (id, ...rest) {
  const loaded = load.call(this, id, ...rest);
  if (id === '../cli' && typeof loaded.toCodeArgs === 'function' && !changed.has(loaded)) {
    changed.add(loaded);
    const original = loaded.toCodeArgs;
    loaded.toCodeArgs = async args => ({ ...await original(args), 'enable-smoke-test-driver': true });
  }
  return loaded;
};
