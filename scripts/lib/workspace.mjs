// The folder that is opened in VS Code: a copy of media/sample-workspace with the scenarios of the extension.
import fs from 'node:fs';
import path from 'node:path';
import { at } from './common.mjs';

/** Writes the copy; files that a person has changed there since are left as they are unless `fresh`. */
/** @param {string} to @param {{ fresh?: boolean }} [o] @returns {string} to */
export function sampleWorkspace(to, o = {}) {
  const force = o.fresh === true;
  fs.cpSync(at('media/sample-workspace'), to, { recursive: true, force });
  if (fs.existsSync(at('media/scenarios'))) fs.cpSync(at('media/scenarios'), path.join(to, 'scenarios'), { recursive: true, force });
  return to;
}
