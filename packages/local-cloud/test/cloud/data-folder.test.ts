import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDataFolder } from '../../src/data-folder.ts';
import { DatabaseError } from '../../src/shared/database-error.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'data-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function refusal(path = folder): Error {
  try {
    lockDataFolder(path).release();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('The folder was locked; expected an error.');
}

it('a folder that is locked is in use, until it is released', () => {
  const held = lockDataFolder(folder);
  const { message, cause } = refusal();
  expect(message).toBe(
    `The data folder ${folder} is in use by another local cloud. Stop that one, or use another folder.`,
  );
  expect(String(cause)).toMatch(/database is locked/);
  held.release();
  lockDataFolder(folder).release();
});

it('a damaged lock file is not reported as a folder in use', () => {
  writeFileSync(join(folder, 'lock.sqlite'), 'not a database'.repeat(100));
  const error = refusal();
  expect(error).toBeInstanceOf(DatabaseError);
  expect(error.message).toMatch(/lock\.sqlite is damaged \(file is not a database\)/);
  expect(error.cause).toBeDefined();
});

it('nor is a lock file that cannot be opened', () => {
  mkdirSync(join(folder, 'lock.sqlite'));
  const error = refusal();
  expect(error).toBeInstanceOf(DatabaseError);
  expect(error.message).toMatch(/lock\.sqlite cannot be opened for writing \(unable to open/);
});

it('nor is a path that is no folder', () => {
  const path = join(folder, 'file');
  writeFileSync(path, '');
  const { message, cause } = refusal(path);
  expect(message).toMatch(
    /^The data folder .*file cannot be locked \(EEXIST.*\)\. Check that it is a folder/,
  );
  expect(cause).toMatchObject({ code: 'EEXIST' });
});
