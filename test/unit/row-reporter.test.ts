import { existsSync, writeFileSync } from 'node:fs';
import RowReporter from '../faults/row-reporter.ts';
import { ROWS_FOLDER, type Row, row, rowsFile } from '../faults/rows.ts';

const path = import.meta.filename;
let earlier: string | undefined;
let lines: string[];
let reporter: RowReporter;

beforeEach(() => {
  earlier = process.env[ROWS_FOLDER];
  lines = [];
  reporter = new RowReporter(undefined, undefined, undefined, (line) => lines.push(line));
});

afterEach(() => {
  reporter.onRunComplete(undefined, { startTime: 0, numTotalTestSuites: 1 });
  if (earlier === undefined) delete process.env[ROWS_FOLDER];
  else process.env[ROWS_FOLDER] = earlier;
});

const folder = () => process.env[ROWS_FOLDER] ?? '';
const reported = (one: Row) => writeFileSync(rowsFile(folder(), path), `${JSON.stringify(one)}\n`);
const ended = (fullName: string, status: string, failureMessages: string[] = []) =>
  reporter.onTestCaseResult({ path }, { fullName, status, failureMessages });
const cells = () =>
  lines
    .at(-1)
    ?.split('|')
    .map((cell) => cell.trim());

describe('The line of a test', () => {
  it('that reported its row says what was done, what happened and how it ended', () => {
    row('403 AccessDenied', 'nothing stored');
    const name = expect.getState().currentTestName ?? '';
    ended(name, 'passed');
    expect(cells()).toEqual([name, '403 AccessDenied', 'nothing stored']);
    expect(reporter.getLastError()).toBeUndefined();
  });

  it('is one line, whatever the row holds', () => {
    reported({ done: 'a', happened: 'x\r\ny\0\u001b[2Jz', ended: 'b|c' });
    ended('a', 'passed');
    expect(cells()).toEqual(['a', 'x y z', 'b c']);
  });

  it('that failed before its row says why, and after it says both', () => {
    ended('a', 'failed', ['Error: expect(x)\n\nExpected: 1\nReceived: 2\n  at somewhere']);
    expect(cells()).toEqual(['a', 'Error: expect(x); Expected: 1; Received: 2', 'TEST FAILED']);
    reported({ done: 'b', happened: '200', ended: 'stored' });
    ended('b', 'failed', ['late']);
    expect(cells()).toEqual(['b', '200', 'TEST FAILED after: stored']);
  });

  it('that passed without a row says so, and the run fails', () => {
    reported({ done: 'another', happened: '200', ended: 'stored' });
    ended('a', 'passed');
    expect(cells()).toEqual(['a', 'not reported', 'TEST HAS NO ROW']);
    expect(reporter.getLastError()?.message).toContain('reported no row:\n  a');
  });
});

describe('A row', () => {
  it('that says nothing is refused', () => {
    expect(() => row(' ', 'nothing stored')).toThrow('says nothing as happened');
    expect(() => row('403', '')).toThrow('says nothing as ended');
  });

  it('leaves no file behind when the run is over', () => {
    row('403', 'nothing stored');
    const file = rowsFile(folder(), path);
    expect(existsSync(file)).toBe(true);
    reporter.onRunComplete(undefined, { startTime: 0, numTotalTestSuites: 1 });
    expect(existsSync(file)).toBe(false);
  });
});
