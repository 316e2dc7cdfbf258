import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CachedResponse, ResponseCache } from '../../src/cloudfront/cache/response-cache.ts';

const folder = join(mkdtempSync(join(tmpdir(), 'cache-')), 'files');
const error = (path: string): CachedResponse => ({
  distribution: 'E1',
  path,
  status: 404,
  headers: {},
  body: Buffer.from('no'),
  storedAt: 0,
  freshUntil: 0,
});

it('Keys and errors in memory are limited: those that were used longest ago go first', () => {
  const cache = new ResponseCache({ folder, maxBytes: 1024, maxMemoryBytes: 8 * 1024 });
  for (const key of ['a', 'b', 'c']) cache.put(key, error(key));
  cache.find('a');
  cache.put('d', error('d'));
  expect(['a', 'b', 'c', 'd'].filter((key) => cache.find(key))).toEqual(['a', 'c', 'd']);
  cache.put('x'.repeat(6 * 1024), error('long'));
  expect(['a', 'c', 'd'].filter((key) => cache.find(key))).toEqual([]);
});

it('An invalidation is for one distribution', () => {
  const cache = new ResponseCache({ folder, maxBytes: 1024 });
  cache.put('a', error('/a'));
  cache.invalidate('E2', [() => true]);
  expect(cache.find('a')).toBeDefined();
  cache.invalidate('E1', [(path) => path === '/a']);
  expect(cache.find('a')).toBeUndefined();
});
