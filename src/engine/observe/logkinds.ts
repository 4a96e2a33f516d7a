/** Kinds of rows in the migration log: what happened, at the grain a person reads. */

export const LogKind = {
  PassBegin: 0,
  PassEnd: 1,
  BatchEmpty: 2,
  BatchBegin: 3,
  BatchEnd: 4,
  PrepareFailed: 5,
  Mark: 6,
  OwnNode: 7,
  Oops: 8,
  ThreadStart: 9,
  /** A folio went back on its LRU; its mark is gone. */
  PutBack: 10,
  /** A request on a page without page_ext. */
  MarkRefused: 11,
} as const;
export type LogKind = (typeof LogKind)[keyof typeof LogKind];

/** The words of the event column, indexed by LogKind; also the values of `event:` in a filter (blanks as "-"). */
export const LOG_KIND_NAMES: readonly string[] = [
  'pass begins', 'pass ends', 'batch, empty', 'batch begins', 'batch', 'prepare failed', 'mark', 'own node', 'oops', 'thread starts',
  'put back', 'mark refused',
];
