import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJunit } from '../../../tools/conformance/junit.ts';
import { definedIn, readNames } from '../../../tools/conformance/names.ts';
import { SUITE_FILE } from '../../../tools/conformance/places.ts';
import { findPython, pythonsFor } from '../../../tools/conformance/python.ts';
import { runS3 } from '../../../tools/conformance/run-s3.ts';
import { suiteConfig } from '../../../tools/conformance/suite-config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-s3-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A stand-in for Python: answers what it is asked about its modules, and plays pytest with `pytest`, JavaScript. */
function python(lacking: readonly string[], pytest = ''): string {
  const file = join(folder, `python-${lacking.length}`);
  writeFileSync(
    file,
    `#!${process.execPath}
if (process.argv.includes('-c')) {
  console.log(JSON.stringify({ lacking: ${JSON.stringify(lacking)}, boto3: '1.99.0' }));
} else {
  const args = process.argv.slice(2);
  const report = args[args.indexOf('--junitxml') + 1];
  const tests = args.filter((arg) => arg.includes('::'));
  const { readFileSync, writeFileSync } = require('node:fs');
  const config = readFileSync(process.env.S3TEST_CONF, 'utf8');
  ${pytest}
}`,
  );
  chmodSync(file, 0o755);
  return file;
}

/** Asks the S3 of the configuration as nobody: whoever is not known may not list buckets. */
const ASKS_S3 = `
  const [, port] = /port = (\\d+)/.exec(config);
  fetch('http://127.0.0.1:' + port + '/').then(async (answer) => {
    const wrong = answer.status + ' ' + (/<Code>(\\w+)/.exec(await answer.text()) ?? [])[1];
    const cases = tests.map((test) => test.split('::')[1]).map((name) =>
      '<testcase classname="s3tests.functional.test_s3" name="' + name + '">' +
      (name.includes('bad') ? '<failure message="E: ' + wrong + '&#10;more"/>' : '') + '</testcase>');
    tests.forEach((test, index) => console.log(test + ' PASSED [' + (index + 1) + '%]'));
    writeFileSync(report, '<testsuites><testsuite>' + cases.join('') + '</testsuite></testsuites>');
    process.exitCode = 1;
  });`;

function suite(names: string) {
  mkdirSync(join(folder, 's3tests/functional'), { recursive: true });
  const source = 'def test_good():\n  pass\ndef test_bad():\n  pass\n';
  writeFileSync(join(folder, SUITE_FILE), source);
  writeFileSync(join(folder, 'names.txt'), names);
  const said: string[] = [];
  const told: string[] = [];
  const run = (command: string) =>
    runS3({
      names: join(folder, 'names.txt'),
      suite: folder,
      env: { PYTHON: command },
      signal: new AbortController().signal,
      say: (line) => said.push(line),
      progress: (done, total) => told.push(`${done}/${total}`),
    });
  return { run, said, told };
}

describe('The S3 part', () => {
  it('runs exactly the named tests against a local S3, and reports a planted difference', async () => {
    const { run, said, told } = suite('test_bad\n# a remark\n\ntest_good\ntest_gone\n');
    expect(await run(python([], ASKS_S3))).toEqual({
      outcomes: [
        { name: 'test_bad', state: 'differs', why: 'E: 403 AccessDenied' },
        { name: 'test_good', state: 'agrees' },
        { name: 'test_gone', state: 'did not run', why: 'this checkout has no such test' },
      ],
    });
    expect(said.join()).toContain('2 tests');
    expect(told).toEqual(['1/2', '2/2']);
  });

  it('says how to install what Python lacks, and runs nothing', async () => {
    const ran = await suite('test_good').run(python(['boto3', 'pytest']));
    const missing = 'missing' in ran ? ran.missing.join('\n') : '';
    expect(missing).toContain('lacks boto3, pytest.');
    expect(missing).toContain('apt-get install python3-boto3 python3-pytest');
  });

  it('takes a test that pytest does not report for one that differs', async () => {
    const report = `writeFileSync(report, '<testsuites><testsuite/></testsuites>');`;
    expect(await suite('test_good').run(python([], report))).toEqual({
      outcomes: [{ name: 'test_good', state: 'differs', why: 'pytest did not report it' }],
    });
  });

  it('breaks off with what pytest said last when it gives no verdict', async () => {
    const broken = `console.error('ImportError: no module'); process.exitCode = 4;`;
    await expect(suite('test_good').run(python([], broken))).rejects.toThrow(
      'pytest ended with exit code 4:\nImportError: no module',
    );
  });
});

describe('The Python that runs the suite', () => {
  it('is the first that has all modules', async () => {
    const whole = python([]);
    const found = await findPython(folder, [join(folder, 'none'), python(['munch']), whole]);
    expect(found).toEqual({ command: whole, boto3: '1.99.0' });
  });

  it('is said not to be there where there is none', async () => {
    const found = await findPython(folder, [join(folder, 'none')]);
    expect('missing' in found && found.missing[0]).toContain('Python 3 is not there');
  });

  it('is the named one alone, else the suite’s own before the machine’s', () => {
    expect(pythonsFor('/suite', { PYTHON: '/my/python' })).toEqual(['/my/python']);
    expect(pythonsFor('/suite', {}).at(0)).toBe('/suite/.venv/bin/python');
    expect(pythonsFor('/suite', {})).toContain('python3');
  });
});

describe('A report of pytest', () => {
  const report = (...cases: string[]) =>
    readJunit(`<testsuites><testsuite name="pytest">${cases.join('')}</testsuite></testsuites>`);

  it('gives the first line of what went wrong', () => {
    const outcomes = report(
      '<testcase name="a"><failure message="assert 1 == 2&#10; + x">t</failure></testcase>',
    );
    expect([...outcomes.values()]).toEqual([{ name: 'a', state: 'differs', why: 'assert 1 == 2' }]);
  });

  it.each([
    ['first', '<testcase name="a"><error message="teardown"/></testcase><testcase name="a"/>'],
    ['last', '<testcase name="a"/><testcase name="a"><error message="teardown"/></testcase>'],
  ])('takes an error beside a pass for a difference, if it comes %s', (_, cases) => {
    expect(report(cases).get('a')).toEqual({ name: 'a', state: 'differs', why: 'teardown' });
  });

  it('tells a client that is too old from an S3 that differs', () => {
    const failure = (text: string) =>
      report(`<testcase name="a"><failure message="${text}"/></testcase>`).get('a');
    const refused = 'botocore.exceptions.ParamValidationError: Parameter validation failed:&#10;';
    expect(failure(`${refused}Unknown parameter in input: &quot;IfMatch&quot;, must be`)).toEqual({
      name: 'a',
      state: 'did not run',
      why: 'this boto3 is too old, it has no parameter IfMatch',
    });
    // A value that the S3 answered wrongly, and that the test sent back.
    expect(failure(`${refused}Invalid type for parameter UploadId, value: None`)).toEqual({
      name: 'a',
      state: 'differs',
      why: 'Invalid type for parameter UploadId, value: None',
    });
  });

  it('takes a skipped test for one that did not run', () => {
    expect(report('<testcase name="a"><skipped message="no cloud"/></testcase>').get('a')).toEqual({
      name: 'a',
      state: 'did not run',
      why: 'no cloud',
    });
  });

  it('that is none is refused', () => {
    expect(() => readJunit('<html/>')).toThrow('no JUnit report');
  });
});

describe('The file of names', () => {
  it('holds one test a line', () => {
    expect(readNames('test_a\r\n\n# no\n test_b[x-1] \ntest_a\n')).toEqual([
      'test_a',
      'test_b[x-1]',
    ]);
  });

  it.each(['tests.py::test_a', '-k test', '--co'])('that says %j is refused', (line) => {
    expect(() => readNames(`test_a\n${line}\n`)).toThrow(line);
  });

  it('that is empty is refused', () => {
    expect(() => readNames('\n')).toThrow('holds no test');
  });

  it('is compared with what the suite defines', () => {
    const source = 'def test_a():\n  pass\n@mark\nasync def test_b(x):\n  def test_c():\n';
    expect([...definedIn(source, ['test_a', 'test_b[1]', 'test_c', 'test_d'])]).toEqual([
      'test_a',
      'test_b[1]',
    ]);
  });
});

describe('The suite’s configuration', () => {
  it('has every section that the suite reads, and no two accounts with the same key', () => {
    const config = suiteConfig(4711);
    const sections = [...config.matchAll(/^\[(.+)\]$/gm)].map(([, name]) => name);
    expect(sections).toEqual([
      'DEFAULT',
      'fixtures',
      's3 main',
      's3 alt',
      's3 tenant',
      'iam',
      'iam root',
      'iam alt root',
    ]);
    expect(config).toContain('port = 4711\n');
    expect(new Set([...config.matchAll(/^access_key = (.+)$/gm)].map(([, key]) => key)).size).toBe(
      3,
    );
  });
});
