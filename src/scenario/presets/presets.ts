/** Machines that come with the extension: geometry of real ones, and made-up ones that are said to be made up. */

import type { MachineSpec } from '../../engine/machine/spec';
import type { InlineMachine } from '../file/format';
import { inlineMachine } from '../machine/inline';
import { EngineBug } from '../../engine/types';
import { expand } from './compact';
import { REAL_MACHINES } from './real';

export interface Preset {
  readonly id: string;
  readonly title: string;
  /** Where its geometry comes from, in one sentence. */
  readonly source: string;
  readonly madeUp: boolean;
}

const V1 = 'booted under QEMU with kernel 6.12.117 and the v1 series';
const DEBIAN = 'booted under QEMU with a stock Debian kernel 6.1.176';
const PRESETS: readonly Preset[] = [
  { id: '4n-interleaved', title: '4 nodes of 256 MiB', source: `Machine of the recorded run 4n-interleaved-targets, ${V1}.`, madeUp: false },
  { id: '2n-small-target', title: '2 nodes, 512 MiB and 128 MiB', source: `Machine of the recorded run 2n-target-nearly-full, ${V1}.`, madeUp: false },
  { id: '2n-plain', title: '2 nodes of 512 MiB', source: `Two nodes with CPUs and memory, ${V1}.`, madeUp: false },
  { id: '2n-pcihole', title: '2 nodes of 2.5 GiB, PCI hole inside node 1', source: `Node 1 spans the hole from 3 to 4 GiB, ${V1}.`, madeUp: false },
  { id: '2n-reserved-holes', title: '2 nodes of 768 MiB with reserved ranges', source: `Ranges that firmware keeps lie inside zones, ${V1}.`, madeUp: false },
  { id: '2n-dimm-movable', title: '2 nodes with hot-added DIMMs in ZONE_MOVABLE', source: `A DIMM of 512 MiB was hot-added to each node, ${DEBIAN}.`, madeUp: false },
  { id: '4n-memoryless-and-cpuless', title: '4 nodes, one without memory, one without CPUs', source: `Node 2 has no memory and node 3 no CPU, ${V1}.`, madeUp: false },
  { id: '3n-fake', title: '3 nodes made by numa=fake', source: `One machine split by numa=fake=4, which gave three nodes, ${DEBIAN}.`, madeUp: false },
  { id: '2x1tib', title: '2 sockets, 1 TiB each', source: 'Made up after the usual layout of a server with two sockets: a PCI hole from 2 to 4 GiB, one Normal zone a node.', madeUp: true },
  { id: '16n-made-up', title: '16 nodes of 128 MiB', source: 'Made up: sixteen nodes, so that node ids exceed what the posted mask can hold (defect D1).', madeUp: true },
];

/** All presets, in the order in which they are offered. */
export const presetList = (): readonly Preset[] => PRESETS;

/** The machine of a preset, or undefined when there is no such id. */
export function presetMachine(id: string): MachineSpec | undefined {
  const preset = PRESETS.find((p) => p.id === id);
  if (preset === undefined) return undefined;
  for (const [real, lines] of Object.entries(REAL_MACHINES)) if (real === id) return expand(lines.join('\n'), preset.title, preset.source);
  const machine = inlineMachine({ ...(id === '2x1tib' ? twoTib() : sixteenNodes()), source: preset.source }, preset.title);
  if (machine === undefined) throw new EngineBug(`preset ${id} cannot be placed`);
  return machine;
}

const TIB = 2 ** 28;
const GIB4 = 2 ** 20;

/** What is left of a zone after struct pages (64 B) and page_ext (8 B) of its pages. */
const managedOf = (present: number): number => present - Math.floor(present / 64) - Math.floor(present / 512);

function twoTib(): InlineMachine {
  const normal = TIB - GIB4 / 2;
  const zone = (spannedPages: number, lruShare: number): { spannedPages: number; managedPages: number; lruPages: number } => {
    const managedPages = managedOf(spannedPages);
    return { spannedPages, managedPages, lruPages: Math.floor(managedPages * lruShare) };
  };
  const dma32 = GIB4 / 2 - 4096;
  const reserve = (...above: number[]): number[] => [0, ...above.map((n) => Math.floor(n / 256))];
  const higher = managedOf(normal), middle = managedOf(dma32);
  return {
    nodes: [
      {
        nid: 0, cpus: cpus(0, 64),
        zones: [
          { zone: 'DMA', startPfn: 1, spannedPages: 4095, presentPages: 3998, managedPages: 3840, lowmemReservePages: reserve(middle, middle + higher, middle + higher, middle + higher), holesKnown: true },
          { zone: 'DMA32', startPfn: 4096, ...zone(GIB4 - 4096, 0), presentPages: dma32, managedPages: middle, lowmemReservePages: [0, ...reserve(higher, higher, higher)], holesKnown: true },
          { zone: 'Normal', startPfn: GIB4, ...zone(normal, 0.9) },
        ],
      },
      { nid: 1, cpus: cpus(64, 64), zones: [{ zone: 'Normal', startPfn: GIB4 + normal, ...zone(TIB, 0.5) }] },
    ],
    ranges: [
      { startPfn: 1, pages: 158, nid: 0 }, { startPfn: 159, pages: 97, nid: 0, kind: 'reserved' }, { startPfn: 256, pages: GIB4 / 2 - 256, nid: 0 },
      { startPfn: GIB4, pages: normal, nid: 0 }, { startPfn: GIB4 + normal, pages: TIB, nid: 1 },
    ],
  };
}

const cpus = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);

function sixteenNodes(): InlineMachine {
  const section = 2 ** 15;
  const nodes = Array.from({ length: 16 }, (_, nid) => ({
    nid, cpus: [nid],
    zones: nid === 0
      ? [
          { zone: 'DMA' as const, startPfn: 1, spannedPages: 4095, presentPages: 3998, managedPages: 3840, holesKnown: true },
          { zone: 'DMA32' as const, startPfn: 4096, spannedPages: section - 4096, managedPages: managedOf(section - 4096) },
        ]
      : [{ zone: 'DMA32' as const, startPfn: nid * section, spannedPages: section, managedPages: managedOf(section) }],
  }));
  const rest = Array.from({ length: 15 }, (_, i) => ({ startPfn: (i + 1) * section, pages: section, nid: i + 1 }));
  return {
    nodes,
    ranges: [{ startPfn: 1, pages: 158, nid: 0 }, { startPfn: 159, pages: 97, nid: 0, kind: 'reserved' }, { startPfn: 256, pages: section - 256, nid: 0 }, ...rest],
  };
}
