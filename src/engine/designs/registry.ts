/** The deferred designs by kind: one file each. */

import { EngineBug } from '../types';
import type { Design, DesignContext } from './design';
import type { DeferredOptions } from './options';

/** A design with its options. */
export function makeDesign(options: DeferredOptions, _ctx: DesignContext): Design {
  switch (options.kind) {
    default: throw new EngineBug(`the design ${options.kind} is not built yet`);
  }
}
