import { join } from 'node:path';

/** The project's folder. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** What `npm start` keeps between runs; `npm run reset` removes all of it. */
export const DATA = join(ROOT, '.reelgate', 'cloud');

/** Written while `npm start` runs: where its listeners are and what the stacks answered. */
export const RUNNING = join(DATA, 'running.json');
