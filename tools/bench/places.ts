import { join } from 'node:path';

/** The project's folder. */
export const ROOT = join(import.meta.dirname, '..', '..');
export const RESULTS = join(ROOT, 'tools', 'bench', 'results.json');
export const PAGE = join(ROOT, 'docs', 'performance.md');
export const PLOTS = join(ROOT, 'docs', 'performance');
