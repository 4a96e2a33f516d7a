/** Fields of the access patterns that have some: zipf and hot set. */

import { type Fields, opt } from './object';
import { bool, num } from './shape';

export const ZIPF_S = 0.99;
export const HOT_SHARE = 0.1;
export const HOT_ACCESSES = 0.9;

export const PATTERN_FIELDS = {
  zipf: {
    s: opt(num({ says: 'Exponent: rank r has weight 1 / r^s. 0 is uniform.', min: 0, max: 4, default: ZIPF_S })),
    shuffled: opt(bool({ says: 'Ranks are dealt to the pages by the seed; false: the first page is the hottest.', default: true })),
  },
  hotset: {
    hotShare: opt(num({ says: 'Share of the memory that is hot.', min: 0, above: true, max: 1, default: HOT_SHARE })),
    hotAccesses: opt(num({ says: 'Share of the accesses that go there.', min: 0, max: 1, default: HOT_ACCESSES })),
    moveSeconds: opt(num({ says: 'The hot part moves on by its own size after so many seconds; 0: never.', min: 0, max: 7200, default: 0 })),
  },
} as const satisfies { readonly [kind: string]: Fields };
