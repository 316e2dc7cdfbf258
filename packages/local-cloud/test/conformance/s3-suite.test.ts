import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJunit } from '../../conformance/junit.ts';
import { findPython, pythonsFor } from '../../conformance/python.ts';
import { runS3Suite } from '../../conformance/s3-suite.ts';
import { suiteConfig } from '../../conformance/suite-config.ts';
import { S3_SUITE_FILE } from '../../conformance/suite-file.ts';
import { definedIn, readNames } from '../../conformance/test-names.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-s3-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A substitute for Python: reports its modules, and runs `pytest`, JavaScript, instead of pytest. */
function python(absent: readonly string[], pytest = ''): string {
  const file = join(folder, `python-${absent.length}`);
  writeFileSync(
    file,
    `#!${process.execPath}
if (process.argv.includes('-c')) {
  console.log(JSON.stringify({ absent: ${JSON.stringify(absent)}, boto3: '1.99.0' }));
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

/** Sends an anonymous request to the S3 of the configuration, which is denied. */
const CALLS_S3 = `
  const [, port] = /port = (\\d+)/.exec(config);
  fetch('http://127.0.0.1:' + port + '/').then(async (response) => {
    const wrong = response.status + ' ' + (/<Code>(\\w+)/.exec(await response.text()) ?? [])[1];
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
  writeFileSync(join(folder, S3_SUITE_FILE), source);
  writeFileSync(join(folder, 'names.txt'), names);
  const printed: string[] = [];
  const progress: string[] = [];
  const run = (command: string) =>
    runS3Suite({
      names: join(folder, 'names.txt'),
      suite: folder,
      env: { PYTHON: command },
      signal: new AbortController().signal,
      print: (line) => printed.push(line),
      progress: (done, total) => void progress.push(`${done}/${total}`),
    });
  return { run, printed, progress };
}

describe('The S3 suite', () => {
  it('runs exactly the named tests against a local S3, and reports a planted difference', async () => {
    const { run, printed, progress } = suite('test_bad\n# a remark\n\ntest_good\ntest_gone\n');
    expect(await run(python([], CALLS_S3))).toEqual({
      outcomes: [
        { name: 'test_bad', state: 'differs', why: 'E: 403 AccessDenied' },
        { name: 'test_good', state: 'agrees' },
        { name: 'test_gone', state: 'did not run', why: 'the checkout does not define this test' },
      ],
    });
    expect(printed.join()).toContain('2 tests');
    expect(progress).toEqual(['1/2', '2/2']);
  });

  it('says how to install missing modules, and runs no test', async () => {
    const ran = await suite('test_good').run(python(['boto3', 'pytest']));
    const missing = 'missing' in ran ? ran.missing.join('\n') : '';
    expect(missing).toContain('does not have the modules boto3, pytest.');
    expect(missing).toContain('apt-get install python3-boto3 python3-pytest');
  });

  it('counts a test that pytest does not report as different', async () => {
    const report = `writeFileSync(report, '<testsuites><testsuite/></testsuites>');`;
    expect(await suite('test_good').run(python([], report))).toEqual({
      outcomes: [{ name: 'test_good', state: 'differs', why: 'pytest did not report it' }],
    });
  });

  it('fails with the last output of pytest if it gives no result', async () => {
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

  it('is reported as missing if there is none', async () => {
    const found = await findPython(folder, [join(folder, 'none')]);
    expect('missing' in found && found.missing[0]).toContain('Python 3 was not found');
  });

  it('is the named one only, else that of the suite before that of the machine', () => {
    expect(pythonsFor('/suite', { PYTHON: '/my/python' })).toEqual(['/my/python']);
    expect(pythonsFor('/suite', {}).at(0)).toBe('/suite/.venv/bin/python');
    expect(pythonsFor('/suite', {})).toContain('python3');
  });
});

describe('A report of pytest', () => {
  const report = (...cases: string[]) =>
    readJunit(`<testsuites><testsuite name="pytest">${cases.join('')}</testsuite></testsuites>`);

  it('gives the first line of a failure', () => {
    const outcomes = report(
      '<testcase name="a"><failure message="assert 1 == 2&#10; + x">t</failure></testcase>',
    );
    expect([...outcomes.values()]).toEqual([{ name: 'a', state: 'differs', why: 'assert 1 == 2' }]);
  });

  it.each([
    ['first', '<testcase name="a"><error message="teardown"/></testcase><testcase name="a"/>'],
    ['last', '<testcase name="a"/><testcase name="a"><error message="teardown"/></testcase>'],
  ])('counts an error beside a pass as a difference, if it is %s', (_, cases) => {
    expect(report(cases).get('a')).toEqual({ name: 'a', state: 'differs', why: 'teardown' });
  });

  it('distinguishes a client that is too old from an S3 that differs', () => {
    const failure = (text: string) =>
      report(`<testcase name="a"><failure message="${text}"/></testcase>`).get('a');
    const refused = 'botocore.exceptions.ParamValidationError: Parameter validation failed:&#10;';
    expect(failure(`${refused}Unknown parameter in input: &quot;IfMatch&quot;, must be`)).toEqual({
      name: 'a',
      state: 'did not run',
      why: 'this version of boto3 is too old: it has no parameter IfMatch',
    });
    // The S3 returned a wrong value, which the test sent back.
    expect(failure(`${refused}Invalid type for parameter UploadId, value: None`)).toEqual({
      name: 'a',
      state: 'differs',
      why: 'Invalid type for parameter UploadId, value: None',
    });
  });

  it('reports a skipped test as one that did not run', () => {
    expect(report('<testcase name="a"><skipped message="no cloud"/></testcase>').get('a')).toEqual({
      name: 'a',
      state: 'did not run',
      why: 'no cloud',
    });
  });

  it('that is not JUnit XML is refused', () => {
    expect(() => readJunit('<html/>')).toThrow('not JUnit XML');
  });
});

describe('The file of names', () => {
  it('has one test a line', () => {
    expect(readNames('test_a\r\n\n# no\n test_b[x-1] \ntest_a\n')).toEqual([
      'test_a',
      'test_b[x-1]',
    ]);
  });

  it.each(['tests.py::test_a', '-k test', '--co'])('with the line %j is refused', (line) => {
    expect(() => readNames(`test_a\n${line}\n`)).toThrow(line);
  });

  it('that is empty is refused', () => {
    expect(() => readNames('\n')).toThrow('is empty');
  });

  it('is compared with the tests that the suite defines', () => {
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
