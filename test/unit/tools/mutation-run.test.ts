import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TOOLS = join(import.meta.dirname, '../../../tools/mutation');

const RULE = `
let limit: number | undefined;
export function isLarge(size: number): boolean {
  limit ??= createLimit();
  return size >= limit;
}
const createLimit = (): number => 5 + 5;
`;

const TESTS = `
import { isLarge } from './rule.ts';
describe('A size', () => {
  it.each([[9, false], [11, true]])('of %d is large: %j', (size, large) => {
    expect(isLarge(size)).toBe(large);
  });
});
`;

const RUN = `
import { Stryker } from ${JSON.stringify(import.meta.resolve('@stryker-mutator/core'))};
import { strykerOptions } from ${JSON.stringify(join(TOOLS, 'stryker-options.ts'))};
const target = { mutate: ['rule.ts'], tests: ['*.test.ts'], runner: 'in-process' };
const options = strykerOptions({ name: 'fixture', target, withStatic: false, concurrency: 1 });
const mutants = await new Stryker({ ...options, reporters: [] }).runMutationTest();
const shown = mutants.map(({ replacement, status }) => [replacement, status]);
console.log(JSON.stringify(Object.fromEntries(shown)));
`;

describe('A mutation run in one process', () => {
  it('detects the bugs that a test notices, also in a value that is created once', () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mutation-')));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'rule.ts'), RULE);
    writeFileSync(join(folder, 'rule.test.ts'), TESTS);
    writeFileSync(join(folder, 'run.ts'), RUN);
    const run = spawnSync(process.execPath, ['run.ts'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
    });
    rmSync(folder, { recursive: true });
    const statuses = JSON.parse(run.stdout.trim().split('\n').at(-1) || JSON.stringify(run.stderr));
    expect(statuses).toMatchObject({
      'size < limit': 'Killed',
      // No test has a size of exactly 10.
      'size > limit': 'Survived',
      '5 - 5': 'Killed',
      // Runs once, at import: left out without --static.
      '() => undefined': 'Ignored',
    });
  });
});
