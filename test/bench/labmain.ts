/** Prints the figures of lab.ts as JSON, for scripts/bench.mjs. */

import { labFigures } from './lab';

void labFigures().then((figures) => console.log(JSON.stringify(figures)));
