import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDynamoDbSuite } from '../../conformance/dynamodb-suite.ts';
import { readVitest, tierLines } from '../../conformance/vitest-report.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-dynamodb-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A substitute for vitest, which runs `source` as a module. */
function vitest(source: string): void {
  mkdirSync(join(folder, 'node_modules/vitest'), { recursive: true });
  writeFileSync(join(folder, 'node_modules/vitest/vitest.mjs'), source);
}

const printed: string[] = [];
const run = () =>
  runDynamoDbSuite({
    suite: folder,
    signal: new AbortController().signal,
    print: (line) => printed.push(line),
  });

it('asks for the dependencies of the suite where they are not installed', async () => {
  expect(await run()).toEqual({
    missing: [`The dependencies of ${folder} are not installed: run npm ci there.`],
  });
});

it('gives the suite a working engine and reads its report', async () => {
  vitest(`
    import { writeFileSync } from 'node:fs';
    const response = await fetch(process.env.DYNAMODB_ENDPOINT, {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' },
      body: '{}',
    });
    const report = process.argv.find((arg) => arg.startsWith('--outputFile=')).slice(13);
    const name = process.cwd() + '/tests/tier1/a.test.ts';
    const fullName = await response.text();
    const assertionResults = [{ fullName, status: 'passed' }];
    writeFileSync(report, JSON.stringify({ testResults: [{ name, assertionResults }] }));`);
  expect(await run()).toEqual({
    outcomes: [{ name: 'tier1/a.test.ts: {"TableNames":[]}', state: 'agrees' }],
  });
  expect(printed).toContain('DynamoDB: tier 1: 1 of 1');
});

it('fails with the output of vitest if there is no report', async () => {
  vitest(`console.error('no config'); process.exitCode = 1;`);
  await expect(run()).rejects.toThrow('vitest wrote no report:\nno config');
});

it('reads passed, failed and skipped tests, and files that could not be run', () => {
  const outcomes = readVitest(
    JSON.stringify({
      testResults: [
        {
          name: '/suite/tests/tier2/x/a.test.ts',
          assertionResults: [
            { fullName: 'works', status: 'passed' },
            { fullName: 'fails', status: 'failed', failureMessages: ['expected 1\nat line'] },
            { fullName: 'streams', status: 'skipped' },
          ],
        },
        { name: '/suite/tests/tier3/b.test.ts', message: 'syntax error', assertionResults: [] },
      ],
    }),
    '/suite',
  );
  expect(outcomes.map(({ name, state }) => [name, state])).toEqual([
    ['tier2/x/a.test.ts: works', 'agrees'],
    ['tier2/x/a.test.ts: fails', 'differs'],
    ['tier2/x/a.test.ts: streams', 'did not run'],
    ['tier3/b.test.ts', 'differs'],
  ]);
  expect(outcomes[1]).toMatchObject({ why: 'expected 1' });
  expect(outcomes[3]).toMatchObject({ why: 'syntax error' });
  expect(tierLines(outcomes)).toEqual(['tier 2: 1 of 3, 1 skipped', 'tier 3: 0 of 1']);
});
