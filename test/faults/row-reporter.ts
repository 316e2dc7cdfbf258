import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ROWS_FOLDER, type Row, rowsFile } from './rows.ts';

/** Column widths fit nearly all rows; a longer text moves the next column of its line. */
const WIDTHS = { done: 92, happened: 46 };

/** The parts of jest's reporter interface that are used here: https://jestjs.io/docs/configuration#custom-reporters */
interface TestFile {
  readonly path: string;
}

interface TestCaseResult {
  readonly fullName: string;
  /** `passed`, `failed`, or a status of a test that did not run. */
  readonly status: string;
  readonly failureMessages: readonly string[];
}

interface TestFileResult {
  readonly failureMessage?: string | null;
  /** Set if the test file could not be run. */
  readonly testExecError?: unknown;
}

interface RunResult {
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  readonly numTotalTestSuites: number;
}

/** Prints one line for each test: see `rows.ts`. Jest's workers inherit the name of the folder. */
export default class RowReporter {
  readonly #folder = mkdtempSync(join(tmpdir(), 'reelgate-rows-'));
  readonly #print: (line: string) => void;
  readonly #withoutRow: string[] = [];
  #printed = 0;
  #failed = 0;

  /** Jest passes its configuration and the reporter's options; neither is needed. */
  constructor(_configuration?: unknown, _options?: unknown, _context?: unknown, print = printLine) {
    this.#print = print;
    process.env[ROWS_FOLDER] = this.#folder;
  }

  onRunStart(): void {
    this.#print(
      lineOf({ done: 'what was done', happened: 'what happened', ended: 'how it ended' }),
    );
  }

  onTestCaseResult({ path }: TestFile, result: TestCaseResult): void {
    const reported = this.#rowOf(path, result.fullName);
    if (result.status === 'failed') {
      this.#failed += 1;
      const ended = reported === undefined ? 'TEST FAILED' : `TEST FAILED after: ${reported.ended}`;
      const happened = reported?.happened ?? shortest(result.failureMessages);
      this.#print(lineOf({ done: result.fullName, happened, ended }));
    } else if (result.status === 'passed') {
      if (reported === undefined) this.#withoutRow.push(result.fullName);
      this.#print(
        lineOf(
          reported ?? { done: result.fullName, happened: 'not reported', ended: 'TEST HAS NO ROW' },
        ),
      );
    } else {
      this.#print(lineOf({ done: result.fullName, happened: 'not run', ended: result.status }));
    }
    this.#printed += 1;
  }

  onTestResult({ path }: TestFile, { failureMessage, testExecError }: TestFileResult): void {
    // A file that could not be loaded has no test with a row.
    if (testExecError) this.#failed += 1;
    if (failureMessage) this.#print(`\n${relative(process.cwd(), path)}\n${failureMessage}`);
  }

  onRunComplete(_: unknown, { startTime, numTotalTestSuites }: RunResult): void {
    rmSync(this.#folder, { recursive: true, force: true });
    const took = Math.round((Date.now() - startTime) / 1_000);
    const failed = this.#failed === 0 ? 'none failed' : `${this.#failed} FAILED`;
    this.#print(
      `\n${this.#printed} rows of ${numTotalTestSuites} files in ${took} s, ${failed}${this.#withoutRow.length === 0 ? '' : `, ${this.#withoutRow.length} WITHOUT A ROW`}.`,
    );
  }

  /** Jest calls this at the end: an error makes the run fail. */
  getLastError(): Error | undefined {
    return this.#withoutRow.length === 0
      ? undefined
      : new Error(`These tests passed and reported no row:\n  ${this.#withoutRow.join('\n  ')}`);
  }

  #rowOf(path: string, done: string): Row | undefined {
    const file = rowsFile(this.#folder, path);
    if (!existsSync(file)) return undefined;
    const rows = readFileSync(file, 'utf8').trimEnd().split('\n');
    return rows.map((line) => JSON.parse(line) as Row).findLast((row) => row.done === done);
  }
}

function lineOf({ done, happened, ended }: Row): string {
  return [plain(done).padEnd(WIDTHS.done), plain(happened).padEnd(WIDTHS.happened), plain(ended)]
    .join(' | ')
    .trimEnd();
}

/** Joins a text into one line. */
function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\p{Cc}\s|]+/gu, ' ')
    .trim();
}

/** The first line of a message; for an expectation also the expected and the received value. */
function shortest(messages: readonly string[]): string {
  const lines = stripVTControlCharacters(messages.join('\n'))
    .split('\n')
    .map((line) => line.trim());
  const values = lines.filter((line) => /^(Expected|Received)/.test(line)).slice(0, 2);
  return [lines.find((line) => line !== '') ?? 'no message', ...values].join('; ');
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
