// Anchors: every point of the outline, variants of it, what is missing, and text that is no C at all.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Point, POINT_COUNT, POINTS } from '../../src/engine/observe/points';
import { anchorFile, looksLikeKmigrated, mayHoldAnchors } from '../../src/source/anchor';
import { mapTokens, missingIds, outline, renamed, respaced, shapeOf, statementOf } from './variants';

const OUTLINE = outline();
const FILE = anchorFile(OUTLINE);

test('the outline has an anchor for every point, each inside the function that points.ts names', () => {
  assert.deepEqual(missingIds(FILE), []);
  assert.equal(FILE.points.length, POINT_COUNT);
  for (const { point, fn } of POINTS.slice(0, POINT_COUNT)) {
    const anchor = FILE.anchorOf(point);
    assert.ok(anchor);
    const holder = FILE.functions.find(f => f.from <= anchor.offset && anchor.offset + anchor.length <= f.to);
    assert.equal(holder?.name, fn, POINTS[point]?.id);
  }
});

test('points of the outline stand on the statements that they mean', () => {
  const on = (point: Point): string => statementOf(OUTLINE, FILE, point);
  assert.match(on(Point.WalkCur), /^if \(cur_nid != NUMA_NO_NODE\)$/);
  assert.match(on(Point.WalkCount), /^if \(.*KMIGRATE_BATCH.*\)$/);
  assert.match(on(Point.WaitCheck), /^kmigrated_work_requested\(\w+\)$/);
  assert.equal(on(Point.WalkEnd), '}');
  assert.match(on(Point.AddSetReady), /PAGE_EXT_MIGRATE_READY/);
  assert.match(on(Point.GetTestClear), /test_and_clear_bit/);
  const flush = FILE.anchorOf(Point.WalkFlush), final = FILE.anchorOf(Point.WalkFinal), resched = FILE.anchorOf(Point.WalkResched);
  assert.ok(flush && final && resched && flush.offset < resched.offset && resched.offset < final.offset);
});

test('functions and points come in text order, with the lines of the text', () => {
  const lines = OUTLINE.split('\n');
  for (const f of FILE.functions) assert.ok(lines[f.line]?.includes(`${f.name}(`), f.name);
  for (const p of FILE.points) assert.equal(OUTLINE.slice(0, p.offset).split('\n').length - 1, p.line);
  for (const list of [FILE.functions.map(f => f.from), FILE.points.map(p => p.offset)]) assert.deepEqual(list, [...list].sort((a, b) => a - b));
});

test('pointAt gives the smallest statement around an offset', () => {
  for (const p of FILE.points) {
    const at = FILE.pointAt(p.offset);
    const found = at === undefined ? undefined : FILE.anchorOf(at);
    assert.ok(found && found.length <= p.length && found.offset === p.offset, POINTS[p.point]?.id);
  }
  const sleep = FILE.anchorOf(Point.WaitSleep), check = FILE.anchorOf(Point.WaitCheck);
  assert.ok(sleep && check);
  assert.equal(FILE.pointAt(sleep.offset + 1), Point.WaitSleep);
  assert.equal(FILE.pointAt(check.offset + 1), Point.WaitCheck);
  assert.equal(FILE.pointAt(0), undefined);
  assert.equal(FILE.pointAt(OUTLINE.length + 10), undefined);
});

const NAMES = { cur_nid: 'going_to', held: 'n', asked: 'wanted', p: 'pg', f: 'leaf', at: 'i', own_nid: 'me', migrate_list: 'bag', ext: 'x', seen: 'old', node: 'pgdat' };
const VARIANTS: Readonly<Record<string, (text: string) => string>> = {
  'CRLF line ends': t => t.replace(/\n/g, '\r\n'),
  'blanks for tabs': t => t.replace(/\t/g, '    '),
  'no indentation': t => t.replace(/^[ \t]+/gm, ''),
  'no comments, one blank between tokens': t => respaced(t, ' '),
  'no comments, one token a line': t => respaced(t, '\n'),
  'braces on lines of their own': t => mapTokens(t, (_, x) => (x === '{' || x === '}' ? `\n${x}\n` : x)),
  'comments between all tokens': t => mapTokens(t, (_, x) => `${x}/* if (pfn_valid(1)) cond_resched(); { */`).replace(/^(#.*)$/gm, l => l.replace(/\/\* if .*$/, '')),
  'moved down by other code': t => `static int other(void)\n{\n\tif (pfn_valid(0))\n\t\tcond_resched();\n\treturn 0;\n}\n${t}`,
  'braces around every single statement': t => t.replace(/^(\t+)continue;/gm, '$1{ continue; }').replace(/^(\t+)cur_nid = asked;$/m, '$1{\n$1cur_nid = asked;\n$1}'),
};

for (const [name, change] of Object.entries(VARIANTS)) {
  test(`nothing is lost with ${name}`, () => {
    const text = change(OUTLINE);
    assert.notEqual(text, OUTLINE);
    const file = anchorFile(text);
    assert.deepEqual(missingIds(file), []);
    if (!name.startsWith('comments')) assert.deepEqual(shapeOf(text, file).map(s => s.replace(/\/\*.*?\*\//g, '')), shapeOf(OUTLINE, FILE));
    for (const p of file.points) assert.equal(text.slice(0, p.offset).split('\n').length - 1, p.line);
  });
}

test('renamed locals and parameters do not matter', () => {
  const text = renamed(OUTLINE, NAMES);
  assert.ok(text.includes('going_to') && !/\bcur_nid = /.test(text.replace(/\/\*[^]*?\*\//g, '')));
  const file = anchorFile(text);
  assert.deepEqual(missingIds(file), []);
  assert.match(statementOf(text, file, Point.WalkCur), /going_to != NUMA_NO_NODE/);
});

test('a repaired D2 and repaired masks keep their anchors', () => {
  const text = OUTLINE.replace('cur_nid != NUMA_NO_NODE', 'cur_nid == NUMA_NO_NODE').replace(/PAGE_EXT_MIG_NID_MASK/g, 'GENMASK(9, 0)');
  assert.deepEqual(missingIds(anchorFile(text)), []);
});

// Our own sketch of a rewritten thread: other shapes for the same steps, some of them gone.
const REWRITTEN = `
static int page_ext_xchg_nid(struct page_ext *pe, int nid)
{
	unsigned long w = pe->flags;
	for (;;) {
		unsigned long n = put_nid(w, nid), got = cmpxchg(&pe->flags, w, n);
		if (got == w) return nid_of(w);
		w = got;
	}
}
static void kmigrated_walk_zone(unsigned long a, unsigned long b, int home) {
	int to = NUMA_NO_NODE, n = 0, nid;
	unsigned long pfn = a;
	LIST_HEAD(l);
	while (pfn < b) {
		struct page *page = pfn_to_online_page(pfn++);
		if (!page || page_to_nid(page) != home || !PageLRU(page)) continue;
		if ((nid = kmigrated_get_nid(page)) == NUMA_NO_NODE) continue;
		if (to == NUMA_NO_NODE) { to = nid; }
		if (migrate_misplaced_folio_prepare(page_folio(page), NULL, nid)) continue;
		if (n++ == KMIGRATE_BATCH || nid != to) {
			migrate_misplaced_folios_batch(&l, to);
			to = nid; n = 0;
		}
		list_add_tail(&page_folio(page)->lru, &l);
	}
	migrate_misplaced_folios_batch(&l, to);
}
static int kmigrated(void *arg)
{
	do {
		wait_event_interruptible_timeout(q, test_bit(PGDAT_KMIGRATED_ACTIVATE, &f) || kthread_should_stop(), msecs_to_jiffies(min(100, KMIGRATE_DELAY)));
		kmigrated_do_work(arg);
	} while (!kthread_should_stop());
	return 0;
}
static void kmigrated_run(int nid)
{
	struct task_struct *t = kthread_run_on_cpu(kmigrated, NODE_DATA(nid), nid, "kmigrated/%u");
	if (IS_ERR_OR_NULL(t))
		pr_err("no thread\\n");
}
`;

test('another shape of the same steps is recognised, and what is gone is missing', () => {
  const file = anchorFile(REWRITTEN);
  const on = (point: Point): string => statementOf(REWRITTEN, file, point);
  assert.equal(on(Point.WalkCur), 'if (to == NUMA_NO_NODE)');
  assert.equal(on(Point.WaitCheck), 'test_bit(PGDAT_KMIGRATED_ACTIVATE, &f) || kthread_should_stop()');
  assert.equal(on(Point.WaitTimeout), 'msecs_to_jiffies(min(100, KMIGRATE_DELAY))');
  assert.match(on(Point.GetReadWord), /^unsigned long w = pe->flags;$/);
  assert.match(on(Point.GetCmpxchg), /cmpxchg\(&pe->flags/);
  assert.match(on(Point.WalkNid), /page_to_nid\(page\) != home/);
  assert.match(on(Point.WalkFinal), /^migrate_misplaced_folios_batch\(&l, to\);$/);
  assert.match(on(Point.InitCreate), /kthread_run_on_cpu/);
  for (const gone of ['walk.valid', 'walk.own', 'walk.resched', 'init.wake', 'add.xchg', 'work.clear']) assert.ok(missingIds(file).includes(gone), gone);
});

test('every missing point has a sentence that names it and says what was looked for', () => {
  const file = anchorFile(REWRITTEN);
  for (const { point, why } of file.missing) {
    assert.ok(why.startsWith(`"${POINTS[point]?.id ?? '?'}" was not found: `) && why.endsWith('.'), why);
  }
  const why = (point: Point): string => file.missing.find(m => m.point === point)?.why ?? '';
  assert.match(why(Point.WalkResched), /kmigrated_walk_zone\(\) holds no statement with a call of cond_resched/);
  assert.match(why(Point.AddXchgNid), /not defined in this text; in a kernel tree it stands in mm\/kmigrated\.c/);
  assert.match(why(Point.BatchUnmap), /stands in mm\/migrate\.c/);
  assert.equal(file.points.length + file.missing.length, POINT_COUNT);
});

test('statements are not looked for in comments, strings, other functions, calls and declarations', () => {
  const text = `
int kmigrated_add_pfn(unsigned long pfn, int nid);
/* int kmigrated_add_pfn(unsigned long pfn, int nid) { page_ext_xchg_nid(x, nid); } */
static const char *s = "void kmigrated_do_work(void) { clear_bit(PGDAT_KMIGRATED_ACTIVATE, x); }";
void other(void) { kmigrated_add_pfn(1, 2); page_ext_xchg_nid(x, 3); set_bit(PAGE_EXT_MIGRATE_READY, x); }
static void kmigrated_do_work(pg_data_t *p) { // clear_bit(PGDAT_KMIGRATED_ACTIVATE, x);
}
`;
  const file = anchorFile(text);
  assert.deepEqual(file.functions.map(f => f.name), ['kmigrated_do_work']);
  assert.equal(file.points.length, 0);
});

test('of a real function and an empty stand-in under #ifdef, the real one counts, in either order', () => {
  const real = 'int migrate_misplaced_folios_batch(struct list_head *l, int n)\n{\n\tint r = migrate_pages(l, n);\n\tif (r)\n\t\tputback_movable_pages(l);\n\treturn r;\n}\n';
  const stub = 'static inline int migrate_misplaced_folios_batch(struct list_head *l, int n)\n{\n\treturn -EAGAIN;\n}\n';
  for (const text of [`#ifdef A\n${real}#else\n${stub}#endif\n`, `#ifndef A\n${stub}#else\n${real}#endif\n`, `#if 0\n${stub}#else\n${real}#endif\n`, `${real}#if 0\n${real}#endif\n`]) {
    const file = anchorFile(text);
    assert.equal(file.functions.length, 1);
    assert.match(statementOf(text, file, Point.BatchPutback), /^putback_movable_pages/);
    assert.equal(file.anchorOf(Point.BatchBegin)?.offset, text.indexOf('int r = '));
  }
});

test('braces that only balance within each branch of #ifdef', () => {
  const text = OUTLINE.replace('\tfor (unsigned long at = first; at < past; at++) {', '#ifdef UP\n\tfor (at = first; at < past; at++) {\n#else\n\tfor (unsigned long at = first; at < past; at++) {\n#endif')
    .replace('static void kmigrated_do_work(pg_data_t *node)\n{', '#ifdef A\nstatic void kmigrated_do_work(struct pglist_data *node)\n{\n#else\nstatic void kmigrated_do_work(pg_data_t *node)\n{\n#endif');
  assert.deepEqual(missingIds(anchorFile(text)), []);
});

test('a function with a brace too few or too many does not take the others with it', () => {
  const few = OUTLINE.replace('\t\tif (populated_zone(z)', '\t\tif (z) {\n\t\tif (populated_zone(z)');
  const many = OUTLINE.replace('\tlong ticks = ', '\t}\n\tlong ticks = ');
  assert.deepEqual(missingIds(anchorFile(few)), []);
  const broken = missingIds(anchorFile(many));
  assert.ok(broken.every(id => id.startsWith('wait.')), broken.join());
});

test('a text that is being typed keeps the anchors of the functions before it', () => {
  const cut = OUTLINE.slice(0, FILE.anchorOf(Point.WorkZone)?.offset);
  const file = anchorFile(cut);
  for (const p of POINTS.slice(0, POINT_COUNT)) if (p.fn === 'kmigrated_walk_zone' || p.fn === 'kmigrated_add_pfn') assert.ok(file.anchorOf(p.point), p.id);
  assert.equal(file.anchorOf(Point.WorkZone), undefined);
});

test('quick checks: what could hold anchors, what is a kmigrated.c', () => {
  assert.ok(mayHoldAnchors(OUTLINE) && looksLikeKmigrated(OUTLINE));
  assert.ok(!mayHoldAnchors('int main(void) { return 0; }') && !looksLikeKmigrated('int main(void) { return 0; }'));
  assert.ok(!looksLikeKmigrated('int migrate_pages_batch(void) { }') && mayHoldAnchors('int migrate_pages_batch(void) { }'));
  const none = anchorFile('int main(void) { return 0; }');
  assert.equal(none.missing.length, POINT_COUNT);
  assert.equal(none.conceptAt(5), undefined);
});

test('any text gives a result, points inside their functions, every point once', () => {
  const pieces = OUTLINE.split(/(?<=[;{}\n])/);
  const crumbs = fc.constantFrom('{', '}', '(', ')', '"', "'", '/*', '*/', '//', '#if 0\n', '\n#else\n', '\n#endif\n', '\\\n', 'if (', 'do ', 'else ', ';', '\0', 'case', 'for (', '\ud800', '\r');
  const broken = fc.array(fc.oneof({ weight: 4, arbitrary: fc.nat({ max: pieces.length - 1 }).map(i => pieces[i] ?? '') }, { weight: 1, arbitrary: crumbs }), { maxLength: 120 }).map(x => x.join(''));
  const cutOut = fc.tuple(fc.nat({ max: OUTLINE.length }), fc.nat({ max: 300 }), crumbs).map(([i, n, c]) => OUTLINE.slice(0, i) + c + OUTLINE.slice(i + n));
  fc.assert(fc.property(fc.oneof(broken, cutOut, fc.string({ maxLength: 200 })), fc.nat(), (text, offset) => {
    const file = anchorFile(text);
    assert.equal(file.points.length + file.missing.length, POINT_COUNT);
    assert.equal(new Set([...file.points, ...file.missing].map(p => p.point)).size, POINT_COUNT);
    for (const p of file.points) {
      assert.ok(p.length > 0 && p.offset >= 0 && p.offset + p.length <= text.length);
      assert.ok(file.functions.some(f => f.from <= p.offset && p.offset + p.length <= f.to));
    }
    file.pointAt(offset % (text.length + 1));
    file.conceptAt(offset % (text.length + 1));
  }), { numRuns: 250 });
});

test('deep nesting and endless heads are survived', () => {
  const head = 'static void kmigrated_walk_zone(int a)\n{\n';
  for (const inner of ['{'.repeat(20_000), 'if (x) '.repeat(20_000), '('.repeat(20_000), 'else '.repeat(20_000), 'do '.repeat(20_000), 'for (;'.repeat(20_000), '= {'.repeat(5_000)]) {
    assert.equal(anchorFile(head + inner).points.length, 0);
  }
});

test('time grows with the length of the text, not with its square', () => {
  const filler = (n: number): string => Array.from({ length: n }, (_, i) => `/* ${i} */\nstatic int helper_${i}(int a)\n{\n\tif (a > ${i})\n\t\treturn f("x", 'y');\n\treturn 0;\n}\n`).join('');
  const best = (text: string): number => Math.min(...Array.from({ length: 5 }, () => {
    const begin = performance.now();
    assert.deepEqual(missingIds(anchorFile(text)), []);
    return performance.now() - begin;
  }));
  const small = best(filler(400) + OUTLINE), large = best(filler(3_200) + OUTLINE);
  assert.ok(large < small * 32 + 5, `${small} ms for 400 functions, ${large} ms for 3200`);
});
