// The check of a package's contents: a zip is read right, and what the manifest names must be in it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingFiles, zipEntries } from '../../scripts/lib/vsix.mjs';

/** A zip with empty files of these names, as its central directory says it; no local parts, which are not read. */
function zipOf(names: readonly string[]): Buffer {
  const parts = names.map((name, i) => {
    const head = Buffer.alloc(46);
    head.writeUInt32LE(0x02014b50, 0);
    head.writeUInt32LE(100 + i, 20);
    head.writeUInt16LE(Buffer.byteLength(name), 28);
    head.writeUInt16LE(3, 30);
    return Buffer.concat([head, Buffer.from(name), Buffer.alloc(3)]);
  });
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(5, 16);
  return Buffer.concat([Buffer.alloc(5), ...parts, end]);
}

test('names and sizes come from the central directory', () => {
  assert.deepEqual(zipEntries(zipOf(['extension/package.json', 'extension/media/ü.svg'])), [
    { name: 'extension/package.json', bytes: 100 }, { name: 'extension/media/ü.svg', bytes: 101 },
  ]);
  assert.throws(() => zipEntries(Buffer.from('no zip at all')), /not a zip file/);
});

test('what the manifest names and the package has not is listed', () => {
  const manifest = { main: './dist/extension.js', icon: 'media/icon.png', contributes: { views: [{ icon: 'media/activity.svg' }], text: 'see media/ for more' } };
  const all = ['dist/extension.js', 'dist/webview.js', 'dist/labworker.js', 'media/outline/kmigrated.c', 'media/icon.png', 'media/activity.svg'].map(f => `extension/${f}`);
  assert.deepEqual(missingFiles(manifest, all), []);
  assert.deepEqual(missingFiles(manifest, all.filter(f => !/icon|webview/.test(f))), ['dist/webview.js', 'media/icon.png']);
});
