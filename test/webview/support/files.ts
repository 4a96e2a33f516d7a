// Files of the project as text.
import fs from 'node:fs';
import { at } from '../../support/root';

export const readText = (file: string): string => fs.readFileSync(at(file), 'utf8');
