import { expect } from 'expect';
import { bind } from 'jest-each';
import { importFresh } from './fresh-modules.ts';

export interface CollectedTest {
  /** Unique: the file, the number of the test in the file and its name. */
  readonly id: string;
  readonly fileName: string;
  readonly run: () => unknown;
}

type Block = (...values: unknown[]) => unknown;

let collected: CollectedTest[] = [];
let fileName = '';
let outer: readonly string[] = [];

function it(title: string, block: Block): void {
  const name = [...outer, title].join(' ');
  collected.push({ id: `${fileName}:${collected.length}: ${name}`, fileName, run: () => block() });
}

function describe(title: string, block: Block): void {
  const above = outer;
  outer = [...above, title];
  block();
  outer = above;
}

/** Defines the globals of jest that pure unit tests use: no hooks, no mocks, no timers. */
export function defineTestGlobals(): void {
  Object.assign(globalThis, {
    expect,
    it: Object.assign(it, { each: bind(it as never, false) }),
    describe: Object.assign(describe, { each: bind(describe as never, false) }),
  });
}

/** @param file relative to the working directory */
export async function collectTests(file: string): Promise<readonly CollectedTest[]> {
  collected = [];
  fileName = file;
  outer = [];
  await importFresh(file);
  return collected;
}
