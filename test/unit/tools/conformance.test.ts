import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replayRecordings } from '@reelgate/local-cloud/conformance';
import { parseArguments } from '../../../tools/conformance/arguments.ts';
import { findPlaces } from '../../../tools/conformance/places.ts';

const COMMAND = join(import.meta.dirname, '../../../tools/conformance.ts');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]) {
  const { S3_TESTS: _, ...env } = process.env;
  const options = { encoding: 'utf8', env } as const;
  return spawnSync(process.execPath, ['--no-warnings', COMMAND, ...args], options);
}

/** A file of one recording that agrees, or with `planted` has another input in its first event. */
async function recordings(planted: boolean): Promise<string> {
  const recorded = {
    id: 'one-pass-state',
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'P',
      States: { P: { Type: 'Pass', End: true } },
    },
    input: { n: 1 },
    taskResults: [],
  };
  const [replayed] = await replayRecordings(JSON.stringify([recorded]));
  if (replayed === undefined) throw new Error('The replay returned no case.');
  const { events } = replayed;
  const [first, ...rest] = events;
  const file = join(folder, 'recordings.json');
  const recordedEvents = planted ? [{ ...first, input: { n: 2 } }, ...rest] : events;
  writeFileSync(file, JSON.stringify([{ ...recorded, events: recordedEvents }]));
  return file;
}

describe('npm run conformance', () => {
  it('exits with 0 if the recordings agree', async () => {
    const { status, stdout } = run('asl', '--asl', await recordings(false));
    expect(stdout).toContain('1 of 1');
    expect(stdout).toContain('Everything agrees.');
    expect(status).toBe(0);
  });

  it('reports a planted difference by its name and exits with 1', async () => {
    const { status, stdout } = run('asl', '--asl', await recordings(true));
    expect(stdout).toContain('0 of 1');
    expect(stdout).toContain('  one-pass-state\n');
    expect(status).toBe(1);
  });

  it('prints only the scores on standard output with --json', async () => {
    const { status, stdout, stderr } = run('asl', '--json', '--asl', await recordings(true));
    const { ok, scores } = JSON.parse(stdout);
    expect(ok).toBe(false);
    expect(scores).toMatchObject([
      { part: 'asl', state: 'ran', passed: 0, total: 1, differing: [{ name: 'one-pass-state' }] },
    ]);
    expect(stderr).toContain('There are unexpected differences.');
    expect(status).toBe(1);
  });

  it('exits with 1 if the recordings cannot be read', () => {
    const file = join(folder, 'recordings.json');
    writeFileSync(file, '[]');
    const { status, stdout } = run('asl', '--asl', file);
    expect(stdout).toContain('failed');
    expect(status).toBe(1);
  });

  it('exits with 2 and prints the usage for wrong arguments', () => {
    const { status, stdout, stderr } = run('s4');
    expect(stderr).toContain(
      'There is no part "s4"; the parts are asl, s3, dynamodb, permissions, media.',
    );
    expect(stderr).toContain('Usage: npm run conformance');
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });
});

describe('The arguments of npm run conformance', () => {
  it('select all parts by default, and named ones in their fixed order', () => {
    expect(parseArguments([])).toEqual({
      parts: ['asl', 's3', 'dynamodb', 'permissions', 'media'],
      media: { files: 10_000, from: 0 },
      json: false,
    });
    expect(parseArguments(['s3', 'asl'])).toMatchObject({ parts: ['asl', 's3'] });
  });

  it.each([
    [['--asl', '/nowhere/at/all.json'], 'expected an existing file'],
    [['--asl', tmpdir()], 'expected an existing file'],
    [['--s3-names', ''], '--s3-names is ""; expected an existing file'],
    [
      ['--s3-tests', '/nowhere/at/all'],
      '--s3-tests is "/nowhere/at/all"; expected an existing folder',
    ],
    [['--s3-tests', import.meta.dirname], 'expected a checkout of ceph/s3-tests'],
    [['--videos', '/nowhere/at/all'], '--videos is "/nowhere/at/all"; expected an existing folder'],
    [['--files', '0'], '--files is "0"; expected a whole number from 1 to 4294967295'],
    [['--files', 'many'], '--files is "many"; expected a whole number from 1 to 4294967295'],
    [['--seed', '1.5'], '--seed is "1.5"; expected a whole number from 0 to 4294967295'],
    [['--seed', ''], '--seed is ""; expected a whole number'],
    [['--als', 'x'], "Unknown option '--als'"],
  ])('reject %j', (args, sentence) => {
    const parsed = parseArguments(args);
    expect('mistake' in parsed ? parsed.mistake : 'no mistake').toContain(sentence);
  });
});

describe('The test data', () => {
  const suiteIn = (name: string) => {
    mkdirSync(join(folder, name, 's3tests/functional'), { recursive: true });
    writeFileSync(join(folder, name, 's3tests/functional/test_s3.py'), '');
    return join(folder, name);
  };
  const root = () => join(folder, 'project');

  it('that is missing is reported with its default path and its option', () => {
    const { asl, s3Names, s3Tests } = findPlaces({}, root(), { S3_TESTS: '/nowhere' });
    const shared = join(folder, 'shared/conformance');
    expect(asl).toEqual({
      missing: `There are no recorded executions at ${shared}/asl/recorded-cases.json. Set the file with --asl FILE.`,
    });
    expect(s3Names).toEqual({
      missing: `There are no names of S3 tests at ${shared}/s3/tests.txt. Set the file with --s3-names FILE.`,
    });
    expect(s3Tests).toEqual({
      missing: `There is no checkout of ceph/s3-tests at /nowhere or ${folder}/s3-tests. Set its folder with --s3-tests DIR or S3_TESTS.`,
    });
  });

  it('is found next to the project', () => {
    const suite = suiteIn('s3-tests');
    const asl = join(folder, 'shared/conformance/asl/recorded-cases.json');
    mkdirSync(join(asl, '..'), { recursive: true });
    writeFileSync(asl, '[]');
    expect(findPlaces({}, root(), {})).toMatchObject({
      asl: { path: asl },
      s3Tests: { path: suite },
    });
  });

  it('is taken from an option, else from S3_TESTS, else from the default path', () => {
    suiteIn('s3-tests');
    const env = { S3_TESTS: suiteIn('elsewhere') };
    expect(findPlaces({}, root(), env).s3Tests).toEqual({ path: env.S3_TESTS });
    expect(findPlaces({ s3Tests: '/named' }, root(), env).s3Tests).toEqual({ path: '/named' });
  });
});
