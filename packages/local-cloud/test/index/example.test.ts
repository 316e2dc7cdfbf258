import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = join(import.meta.dirname, '../..');
const EXAMPLE = join(PACKAGE, 'examples/object-index/main.ts');

it('The example hosts a CDK app of its own and prints the entry of a new object', () => {
  const run = spawnSync(process.execPath, ['--no-warnings', EXAMPLE], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  expect(run.stdout).toBe('200 {"size":12}\n');
  expect(run.status).toBe(0);
});

it('The README shows the example as it runs', () => {
  const readme = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
  expect(readme).toContain(readFileSync(EXAMPLE, 'utf8'));
});
