/** Prints the figures of engine.ts and system.ts as JSON, for scripts/bench.mjs. */

import { engineFigures } from './engine';
import { systemFigures } from './system';

void engineFigures().then(async (figures) => console.log(JSON.stringify([...figures, ...await systemFigures()])));
