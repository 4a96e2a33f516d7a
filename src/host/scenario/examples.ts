/** The scenarios that come with the extension: opened as copies, so that they can be changed without being spoilt. */

export interface Example {
  /** Name of the file in media/scenarios, without its suffix. */
  readonly file: string;
  readonly title: string;
  readonly detail: string;
}

/** A list of its own, since an extension in the browser cannot read folders; a test holds it against media/scenarios. */
export const EXAMPLES: readonly Example[] = [
  { file: 'default-sync', title: 'Four nodes, three interleaved shares, synchronous', detail: 'the default experiment on the kernel as it is, without kmigrated' },
  { file: 'program-busy', title: 'A busy machine', detail: 'kmigrated waits for its CPU with folios unmapped' },
  { file: 'program-thp', title: 'Huge pages stay synchronous', detail: 'half of the memory in THPs' },
  { file: 'program-tiering', title: 'A fast and a slow tier', detail: 'mode 2 with a node without CPUs' },
  { file: 'program-zipf', title: '16 GiB of 64 threads on the wrong node', detail: '256 GiB, a few pages often and many seldom' },
  { file: 'marks', title: 'Four nodes, three interleaved targets', detail: 'marks only, no program: two of three pages go wrong (D2)' },
  { file: 'empty-passes', title: 'Passes without work', detail: 'what an idle machine pays' },
  { file: 'full-target', title: 'A target that is nearly full', detail: 'prepare refuses, and the marks are lost (D7)' },
  { file: 'd1-sixteen-nodes', title: 'Node ids above 7 do not fit the mask', detail: 'requests for node 13 go to node 5 (D1)' },
  { file: 'tib', title: '1 TiB a node, 0.01 % marked', detail: 'a walk over every PFN when few pages are marked' },
];
