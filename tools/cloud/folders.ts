import { join, resolve } from 'node:path';

/** The project's folder. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** Everything that the commands keep: data, synthesized stacks, the lock. A second local cloud needs another one. */
export const STATE = resolve(process.env.REELGATE_CLOUD_STATE || join(ROOT, '.reelgate'));

/** The data that `npm start` keeps between runs; `npm run reset` removes all of it. */
export const DATA = join(STATE, 'cloud');

/** Exists while `npm start` is ready: its endpoints and the stacks' outputs. */
export const RUNNING = join(DATA, 'running.json');

/** Locked while `npm start` or `npm run reset` runs. */
export const START_LOCK = join(STATE, 'start.sqlite');
