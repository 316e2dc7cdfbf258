import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromContentCache } from '../../lib/content-cache.ts';

const HOUR_MS = 60 * 60 * 1000;

function setUp() {
  const root = mkdtempSync(join(tmpdir(), 'reelgate-cache-'));
  const cache = join(root, 'cache');
  let builds = 0;
  let now = Date.UTC(2026, 0, 1);
  const write = (name: string, text: string) => writeFileSync(join(root, name), text);
  write('a.ts', 'a');
  return {
    cache,
    write,
    builds: () => builds,
    advance: (ms: number) => {
      now += ms;
    },
    get: (build?: (folder: string) => void) =>
      fromContentCache({
        cache,
        root,
        inputs: ['*.ts'],
        now: () => now,
        build: (folder) => {
          builds += 1;
          (build ?? ((to) => writeFileSync(join(to, 'result'), `build ${builds}`)))(folder);
        },
      }),
  };
}

describe('the content cache', () => {
  it('builds once for the same inputs', () => {
    const { get, builds } = setUp();
    const folder = get();
    expect(get()).toBe(folder);
    expect(builds()).toBe(1);
    expect(readFileSync(join(folder, 'result'), 'utf8')).toBe('build 1');
  });

  it.each([
    ['builds again when an input changes', 'a.ts', 2],
    ['builds again when an input is added', 'b.ts', 2],
    ['does not build again when another file changes', 'a.md', 1],
  ])('%s', (_, name, expected) => {
    const { get, write, builds } = setUp();
    get();
    write(name, 'b');
    get();
    expect(builds()).toBe(expected);
  });

  it('finds the earlier result when an input changes back', () => {
    const { get, write, builds } = setUp();
    const folder = get();
    write('a.ts', 'b');
    get();
    write('a.ts', 'a');
    expect(get()).toBe(folder);
    expect(builds()).toBe(2);
  });

  it('keeps no files of a failed build', () => {
    const { cache, get } = setUp();
    const fail = (folder: string) => {
      writeFileSync(join(folder, 'half'), '');
      throw new Error('does not compile');
    };
    expect(() => get(fail)).toThrow('does not compile');
    expect(readdirSync(cache)).toEqual([]);
  });

  it('uses the result of another process that finished first', () => {
    const { cache, get } = setUp();
    const folder = get((unfinished) => {
      writeFileSync(join(unfinished, 'result'), 'ours');
      get((to) => writeFileSync(join(to, 'result'), 'theirs'));
    });
    expect(readdirSync(cache)).toHaveLength(1);
    expect(existsSync(join(folder, 'result'))).toBe(true);
  });

  it('removes results that were unused for an hour, except the five most recent', () => {
    const { cache, get, write, advance } = setUp();
    const first = get();
    for (const text of ['b', 'c', 'd', 'e', 'f']) {
      write('a.ts', text);
      get();
    }
    expect(readdirSync(cache)).toHaveLength(6);
    advance(HOUR_MS + 1);
    write('a.ts', 'a');
    expect(get()).toBe(first);
    write('a.ts', 'g');
    get();
    expect(readdirSync(cache)).toHaveLength(5);
    expect(existsSync(first)).toBe(true);
  });
});
