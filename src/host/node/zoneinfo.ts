/** Reads this machine's /proc/zoneinfo: the one thing that only the Node host can do. */

import { readFile } from 'node:fs/promises';
import type { MachineText } from '../platform';

export async function readZoneinfo(): Promise<MachineText> {
  try {
    return { ok: true, text: await readFile('/proc/zoneinfo', 'utf8') };
  } catch {
    return { ok: false, text: `This machine has no readable /proc/zoneinfo (${process.platform}).` };
  }
}
