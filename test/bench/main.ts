/** Prints the figures of engine.ts as JSON, for scripts/bench.mjs. */

import { engineFigures } from './engine';

void engineFigures().then((figures) => console.log(JSON.stringify(figures)));
