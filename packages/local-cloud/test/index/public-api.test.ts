import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = join(import.meta.dirname, '../..');

/** The modules that a process has loaded after it has imported `specifier`. */
function loadedBy(specifier: string): string[] {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = new Set();
    registerHooks({
      load(url, context, next) {
        loaded.add(url);
        return next(url, context);
      },
    });
    await import(${JSON.stringify(specifier)});
    console.log(JSON.stringify([...loaded]));`;
  const run = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
    cwd: PACKAGE,
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as string[];
}

it('Importing the package loads no engine and no dependency', () => {
  const loaded = loadedBy('@reelgate/local-cloud');
  expect(loaded).toContainEqual(expect.stringMatching(/src\/index\.ts$/));
  const heavy = /node_modules|src\/(cloud|open-engines)\.ts/;
  expect(loaded.filter((url) => heavy.test(url))).toEqual([]);
});

it('Importing the sign-in loads one file', () => {
  const loaded = loadedBy('@reelgate/local-cloud/sign-in').filter((url) => url.startsWith('file:'));
  expect(loaded).toEqual([expect.stringMatching(/src\/sign-in\.ts$/)]);
});

it('Every export of package.json can be imported', async () => {
  const { exports } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as {
    exports: Record<string, string>;
  };
  const modules = Object.keys(exports).filter((name) => !name.endsWith('.json'));
  expect(modules.length).toBeGreaterThan(5);
  for (const name of modules) {
    const found = await import(`@reelgate/local-cloud${name.slice(1)}`);
    expect(Object.keys(found).length).toBeGreaterThan(0);
  }
});
