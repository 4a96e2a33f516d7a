/** How each point is recognised in the source: by its function and by the shape and names of its statement, never by a line number. */

import { Point } from '../engine/observe/points';
import type { Body, Statement, Token } from './body';

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Rule {
  readonly point: Point;
  /** Functions that may hold the statement, the usual one first. */
  readonly functions: readonly string[];
  /** What is looked for, for the sentence about a missing point. */
  readonly seeks: string;
  readonly find: (body: Body) => Span | undefined;
}

const FLUSH = /^migrate_misplaced_folios?_batch$/;
const GET_NID = /^kmigrated_get_nid$/;
const NODE_OF_PAGE = /^(?:page_to_nid|folio_nid)$/;

const spanOf = (s: Statement | undefined): Span | undefined => s && { from: s.from, to: s.to };
const first = (body: Body, test: (s: Statement) => boolean): Statement | undefined => body.statements.find(test);
/** The first statement that calls a function of that name. */
const calling = (name: RegExp) => (body: Body): Span | undefined => spanOf(first(body, s => s.calls(name)));
/** The first statement that names a flag and calls a function of that name. */
const callingWith = (name: RegExp, flag: string) => (body: Body): Span | undefined => spanOf(first(body, s => s.has(flag) && s.calls(name)));

/** The loop over PFNs: the one that asks for marks. */
function walkLoop(body: Body): Statement | undefined {
  const ask = first(body, s => s.calls(GET_NID)) ?? first(body, s => s.calls(/^pfn_valid$/));
  for (let s = ask?.parent; s; s = s.parent) if (s.kind === 'loop') return s;
  return undefined;
}

const inLoop = (find: (s: Statement, body: Body) => boolean) => (body: Body): Span | undefined => {
  const loop = walkLoop(body);
  return loop && spanOf(first(body, s => s.within(loop) && find(s, body)));
};

/** Offset of the statement that asks for a page's mark, or -1. */
const askOffset = (body: Body): number => first(body, s => s.calls(GET_NID))?.from ?? -1;
/** The variable that takes the answer of kmigrated_get_nid(). */
const askedNid = (body: Body): string => first(body, s => s.calls(GET_NID))?.assigned() ?? '';

/** The if after page_ext_get() that tests its result. */
function noExtension(body: Body): Span | undefined {
  const get = first(body, s => s.calls(/^page_ext_get$/));
  if (!get) return undefined;
  if (get.kind === 'if') return spanOf(get);
  const name = get.assigned();
  return name === '' ? undefined : spanOf(first(body, s => s.kind === 'if' && s.from > get.from && s.has(name)));
}

/** "if (cur compared with NUMA_NO_NODE) cur = ...": the test that D2 inverts, whatever its sign and the variable's name. */
function curTest(body: Body): Span | undefined {
  return inLoop((s) => {
    if (s.kind !== 'if' || !s.has('NUMA_NO_NODE') || !s.hasSign('!=', '==')) return false;
    const child = body.statements.find(c => c.kind !== 'block' && (c.parent === s || (c.parent?.kind === 'block' && c.parent.parent === s)));
    const target = child?.kind === 'simple' ? child.assigned() : '';
    return target !== '' && s.has(target);
  })(body);
}

/** The if whose body flushes inside the loop. */
function countTest(body: Body): Span | undefined {
  const loop = walkLoop(body);
  if (!loop) return undefined;
  const flush = first(body, s => s.within(loop) && s.calls(FLUSH));
  for (let s = flush?.parent; s && s !== loop; s = s.parent) if (s.kind === 'if') return spanOf(s);
  return undefined;
}

function finalFlush(body: Body): Span | undefined {
  const loop = walkLoop(body);
  return loop && spanOf(first(body, s => s.from > loop.from && !s.within(loop) && s.calls(FLUSH)));
}

/** The arguments of a call as spans, split at the commas of its own level. */
function argumentsOf(statement: Statement, call: number): Span[] {
  const out: Span[] = [];
  let depth = 0;
  let begin: Token | undefined;
  let last: Token | undefined;
  for (const token of statement.tokens.slice(call + 1)) {
    const opens = token.text === '(' || token.text === '[' || token.text === '{';
    const closes = token.text === ')' || token.text === ']' || token.text === '}';
    if (closes) depth--;
    if ((token.text === ',' && depth === 1) || depth === 0 && closes) {
      if (begin && last) out.push({ from: begin.from, to: last.to });
      if (closes) return out;
      begin = undefined;
    } else if (depth > 0) {
      begin ??= token;
    }
    if (opens) depth++;
    last = token;
  }
  return [];
}

const WAIT = /^wait_event\w*_timeout$/;
const waiting = (body: Body): Statement | undefined => first(body, s => s.calls(WAIT));
/** An argument of wait_event_timeout(queue, condition, timeout). */
const waitArgument = (index: number) => (body: Body): Span | undefined => {
  const statement = waiting(body);
  return statement && argumentsOf(statement, statement.callAt(WAIT)).at(index);
};

/** A statement that takes the flag word out of the page_ext, before the exchange. */
const readsWord = (s: Statement): boolean =>
  s.calls(/^READ_ONCE$/) || (s.kind === 'simple' && s.hasSign('=') && s.hasSign('->') && !s.calls(/cmpxchg/) && s.tokens.at(-1)?.text === 'flags');

const closingBrace = (body: Body): Span | undefined => {
  const { closed, bodyTo } = body.definition;
  return closed ? { from: bodyTo, to: bodyTo + 1 } : undefined;
};

const lastReturn = (body: Body): Span | undefined => spanOf(body.statements.filter(s => s.kind === 'return').at(-1));

const ADD = ['kmigrated_add_pfn'], WAIT_IN = ['kmigrated_wait_work', 'kmigrated'], WORK = ['kmigrated_do_work'], WALK = ['kmigrated_walk_zone'];
const XCHG = ['page_ext_xchg_nid'], RUN = ['kmigrated_run', 'kmigrated_init'], BATCH = ['migrate_misplaced_folios_batch', 'migrate_misplaced_folio_batch'];
const PAGES = ['migrate_pages_batch'], PREPARE = ['migrate_misplaced_folio_prepare'];
const SET_BIT = /set_bit$/, CLEAR_BIT = /clear_bit$/;

const rows: readonly (readonly [Point, readonly string[], string, (body: Body) => Span | undefined])[] = [
  [Point.AddNoExt, ADD, 'a test of what page_ext_get() returned', noExtension],
  [Point.AddXchgNid, ADD, 'a call of page_ext_xchg_nid()', calling(/^page_ext_xchg_nid$/)],
  [Point.AddSetReady, ADD, 'a set_bit() of PAGE_EXT_MIGRATE_READY', callingWith(SET_BIT, 'PAGE_EXT_MIGRATE_READY')],
  [Point.AddSetActivate, ADD, 'a set_bit() of PGDAT_KMIGRATED_ACTIVATE', callingWith(SET_BIT, 'PGDAT_KMIGRATED_ACTIVATE')],
  [Point.WaitCheck, WAIT_IN, 'the condition of wait_event_timeout()', waitArgument(1)],
  [Point.WaitSleep, WAIT_IN, 'a call of wait_event_timeout()', body => spanOf(waiting(body))],
  [Point.WaitTimeout, WAIT_IN, 'the timeout of wait_event_timeout()', waitArgument(2)],
  [Point.WorkClear, WORK, 'a clear_bit() of PGDAT_KMIGRATED_ACTIVATE', callingWith(CLEAR_BIT, 'PGDAT_KMIGRATED_ACTIVATE')],
  [Point.WorkZone, WORK, 'a call of kmigrated_walk_zone()', calling(/^kmigrated_walk_zone$/)],
  [Point.WorkDone, ['kmigrated'], 'a call of kmigrated_do_work()', calling(/^kmigrated_do_work$/)],
  [Point.WalkValid, WALK, 'a call of pfn_valid() in its loop', inLoop(s => s.calls(/^pfn_valid$/))],
  [Point.WalkOnline, WALK, 'a call of pfn_to_online_page() in its loop', inLoop(s => s.calls(/^pfn_to_online_page$/))],
  [Point.WalkNid, WALK, "a test of the page's node before the mark is asked for",
    inLoop((s, b) => s.kind === 'if' && s.calls(NODE_OF_PAGE) && s.has(b.lastParameter) && s.from < askOffset(b))],
  [Point.WalkLru, WALK, 'a call of folio_test_lru() in its loop', inLoop(s => s.calls(/^(?:folio_test_lru|PageLRU)$/))],
  [Point.WalkOwn, WALK, "a test of the asked target against the page's own node",
    inLoop((s, b) => s.kind === 'if' && s.from > askOffset(b) && s.has(askedNid(b)) && (s.calls(NODE_OF_PAGE) || s.has(b.lastParameter)))],
  [Point.WalkPrepare, WALK, 'a call of migrate_misplaced_folio_prepare()', inLoop(s => s.calls(/^migrate_misplaced_folio_prepare$/))],
  [Point.WalkCur, WALK, 'an if that compares with NUMA_NO_NODE and then assigns what it compared', curTest],
  [Point.WalkCount, WALK, 'an if that flushes the list inside the loop', countTest],
  [Point.WalkFlush, WALK, 'a call of migrate_misplaced_folios_batch() in its loop', inLoop(s => s.calls(FLUSH))],
  [Point.WalkResched, WALK, 'a call of cond_resched()', calling(/^cond_resched$/)],
  [Point.WalkPush, WALK, 'a list_add() in its loop', inLoop(s => s.calls(/^list_(?:add|move)(?:_tail)?$/))],
  [Point.WalkFinal, WALK, 'a call of migrate_misplaced_folios_batch() after its loop', finalFlush],
  [Point.WalkEnd, WALK, 'a closing brace', closingBrace],
  [Point.GetTestClear, ['kmigrated_get_nid'], 'a test_and_clear_bit() of PAGE_EXT_MIGRATE_READY', callingWith(CLEAR_BIT, 'PAGE_EXT_MIGRATE_READY')],
  [Point.GetReadWord, XCHG, 'a read of the flag word', body => spanOf(first(body, readsWord))],
  [Point.GetCmpxchg, XCHG, 'a compare-and-exchange', calling(/cmpxchg/)],
  [Point.Prepare, PREPARE, 'a call of migrate_balanced_pgdat()', calling(/^migrate_balanced_pgdat$/)],
  [Point.BatchBegin, BATCH, 'a call of migrate_pages()', calling(/^migrate_pages$/)],
  [Point.BatchUnmap, PAGES, 'a call of migrate_folio_unmap()', calling(/^migrate_folio_unmap$/)],
  [Point.BatchTlbFlush, PAGES, 'a call of try_to_unmap_flush()', calling(/^try_to_unmap_flush$/)],
  [Point.BatchMove, PAGES, 'a call of migrate_folio_move()', calling(/^migrate_folios?_move$/)],
  [Point.BatchPutback, BATCH, 'a call of putback_movable_pages()', calling(/^putback_movable_pages$/)],
  [Point.BatchEnd, BATCH, 'a return', lastReturn],
  [Point.InitCreate, RUN, 'a call of kthread_create()', calling(/^kthread_(?:create|run)/)],
  [Point.InitWake, RUN, 'a call of wake_up_process()', calling(/^wake_up_process$/)],
  [Point.InitError, RUN, 'an if with IS_ERR()', body => spanOf(first(body, s => s.kind === 'if' && s.calls(/^IS_ERR/)))],
  [Point.Oops, PREPARE, 'NODE_DATA()', body => spanOf(first(body, s => s.has('NODE_DATA')))],
];

/** One rule a point. */
export const RULES: readonly Rule[] = rows.map(([point, functions, seeks, find]) => ({ point, functions, seeks, find }));
