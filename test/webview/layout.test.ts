// Places of cells: every unit has one rectangle, a point gives it back, arrows stay on the map, windows cover what is on view.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { NodeModel, ZoneModel } from '../../src/protocol/messages';
import { endPfn, nodeAt, pfnsOfUnit, spansOf, UNIT_PAGES, windowsOf, zoneUnits, type GridLevel } from '../../src/webview/map/geometry';
import { gridFor, Layout } from '../../src/webview/map/layout';

const zone = (idx: number, startPfn: number, spannedPages: number): ZoneModel => ({
  idx, name: `zone ${idx}`, startPfn, spannedPages, presentPages: spannedPages, managedPages: spannedPages, minPages: 0, lowPages: 0, highPages: 0, holesKnown: true,
});
const nodes = fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.array(fc.tuple(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: 1, max: 120_000 })), { minLength: 1, maxLength: 3 }))
  .map(([start, zones]): NodeModel => {
    let at = start;
    return { nid: 0, cpus: [], hasThread: true, zones: zones.map(([gap, size], i) => {
      const z = zone(i, at + gap, size);
      at = endPfn(z);
      return z;
    }) };
  });
const level = fc.constantFrom<GridLevel>('section', 'pageblock', 'pfn');
const layoutOf = (node: NodeModel, l: GridLevel, width: number, room: number): Layout => {
  const units = spansOf(node, l, 1).reduce((n, s) => n + s.end - s.first, 0);
  return new Layout(node, gridFor(l, width, units, room));
};

test('the cell of a unit is found again under its middle, and lies inside the map', () => {
  fc.assert(fc.property(nodes, level, fc.integer({ min: 120, max: 900 }), fc.integer({ min: 60, max: 500 }), fc.nat(), (node, l, width, room, pick) => {
    const layout = layoutOf(node, l, width, room);
    const z = node.zones[pick % node.zones.length];
    assert.ok(z);
    const units = zoneUnits(z, l);
    const unit = units.first + (pick % (units.end - units.first));
    const r = layout.rectOf(unit);
    assert.ok(r);
    assert.ok(r.x >= 0 && r.y >= 0 && r.y + r.h <= layout.height && r.w >= 1);
    assert.ok(r.x + r.w <= width + 1 || width < 140, `cell ends at ${r.x + r.w} of ${width}`);
    assert.equal(layout.unitAt(r.x + r.w / 2, r.y + r.h / 2), unit);
  }));
});

test('two units never share a place', () => {
  const node: NodeModel = { nid: 0, cpus: [], hasThread: true, zones: [zone(0, 1, 4095), zone(1, 4096, 61_440), zone(2, 1_048_576, 70_000)] };
  for (const l of ['section', 'pageblock'] as const) {
    const layout = layoutOf(node, l, 300, 200);
    const places = new Set<string>();
    let cells = 0;
    for (const s of spansOf(node, l, 1)) {
      for (let unit = s.first; unit < s.end; unit++) {
        const r = layout.rectOf(unit);
        places.add(`${r?.x},${r?.y}`);
        cells++;
      }
    }
    assert.equal(places.size, cells);
  }
});

test('an arrow leads to a cell of the map or stays', () => {
  fc.assert(fc.property(nodes, level, fc.constantFrom([1, 0], [-1, 0], [0, 1], [0, -1]), fc.nat(), (node, l, d, pick) => {
    const layout = layoutOf(node, l, 420, 200);
    const z = node.zones[0];
    assert.ok(z);
    const units = zoneUnits(z, l);
    const unit = units.first + (pick % (units.end - units.first));
    const next = layout.step(unit, d[0] ?? 0, d[1] ?? 0);
    assert.ok(layout.rectOf(next));
  }));
});

test('the windows of what is on view hold exactly the cells that zones have there', () => {
  fc.assert(fc.property(nodes, level, fc.integer({ min: 0, max: 2_000 }), (node, l, top) => {
    const layout = layoutOf(node, l, 300, 150);
    for (const s of layout.visible(top, top + 150)) {
      for (const w of windowsOf(node, l, s.first, s.end)) {
        const base = zoneUnits(w.zone, l).first;
        assert.ok(base + w.first >= s.first && base + w.first + w.count <= s.end);
        assert.ok(pfnsOfUnit(node, l, base + w.first) !== undefined);
      }
    }
  }));
});

test('a unit that two zones share names the pages of both', () => {
  const node: NodeModel = { nid: 0, cpus: [], hasThread: true, zones: [zone(0, 1, 999), zone(1, 1000, 5_000)] };
  assert.deepEqual(pfnsOfUnit(node, 'pageblock', 1), { first: 512, last: 1023 });
  assert.deepEqual(pfnsOfUnit(node, 'pageblock', 0), { first: 1, last: 511 });
  assert.deepEqual(windowsOf(node, 'pageblock', 1, 2).map(w => [w.zone.idx, w.first, w.count]), [[0, 1, 1], [1, 0, 1]]);
  assert.equal(UNIT_PAGES.pageblock, 512);
});

test('spans of nodes may overlap: the node that is asked for first is preferred', () => {
  const a: NodeModel = { nid: 0, cpus: [], hasThread: true, zones: [zone(2, 0, 1000)] };
  const b: NodeModel = { nid: 1, cpus: [], hasThread: true, zones: [zone(2, 500, 1000)] };
  assert.equal(nodeAt([a, b], 700)?.nid, 0);
  assert.equal(nodeAt([a, b], 700, 1)?.nid, 1);
  assert.equal(nodeAt([a, b], 200, 1)?.nid, 0);
  assert.equal(nodeAt([a, b], 5_000), undefined);
});
