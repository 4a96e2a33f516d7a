// Machine texts for tests: the samples of real machines, and /proc/zoneinfo texts made of a few numbers.
import fs from 'node:fs';
import { readSample } from '../../src/scenario/machine/sample';
import type { MachineTexts } from '../../src/scenario/machine/read';
import { at } from '../support/root';

export const SAMPLES: readonly string[] = fs.readdirSync(at('test/fixtures/machines')).filter(f => f.endsWith('.json')).map(f => f.replace(/\.json$/, ''));

export const sampleText = (name: string): string => fs.readFileSync(at('test/fixtures/machines', `${name}.json`), 'utf8');

export function sampleTexts(name: string): MachineTexts {
  const sample = readSample(sampleText(name), name);
  if (!sample.ok) throw new Error(sample.problems[0]?.message);
  return sample.texts;
}

export interface ZoneNumbers {
  readonly nid: number;
  readonly zone: string;
  readonly start: number;
  readonly spanned: number;
  readonly present: number;
  readonly managed?: number;
  readonly free?: number;
  readonly boost?: number;
}

/** A text in the form of /proc/zoneinfo of 6.12. */
export function zoneinfo(zones: readonly ZoneNumbers[]): string {
  return zones.map(z => {
    const managed = z.managed ?? z.present, free = z.free ?? managed;
    const head = `Node ${z.nid}, zone ${z.zone.padStart(8)}\n  pages free     ${free}\n        boost    ${z.boost ?? 0}\n        min      ${30 + (z.boost ?? 0)}\n        low      ${40 + (z.boost ?? 0)}\n        high     ${50 + (z.boost ?? 0)}\n        promo    60\n`
      + `        spanned  ${z.spanned}\n        present  ${z.present}\n        managed  ${managed}\n        cma      0\n        protection: (0, 0, 0, 0)\n`;
    if (z.present === 0) return head;
    return `${head}      nr_free_pages ${free}\n      nr_zone_inactive_anon 0\n      nr_zone_active_anon 0\n  pagesets\n    cpu: 0\n              count: 5\n              high:  233\n              batch: 1\n  node_unreclaimable:  0\n  start_pfn:           ${z.start}\n`;
  }).join('');
}
