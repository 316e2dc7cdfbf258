import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needsCheck, openDatabase, transaction } from '../../src/shared/database.ts';
import { DatabaseError } from '../../src/shared/database-error.ts';
import { diskFullMessage, isDiskFull } from '../../src/shared/disk-full.ts';

const SCHEMA = 'CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, text TEXT) STRICT;';
const folder = mkdtempSync(join(tmpdir(), 'database-'));
let files = 0;
const newPath = () => join(folder, `${files++}`, 'engine.sqlite');
afterAll(() => rmSync(folder, { recursive: true }));

/** A closed database with a hundred rows; returns its path. */
function filled(): string {
  const path = newPath();
  const database = openDatabase(path, SCHEMA);
  const insert = database.prepare('INSERT INTO items (text) VALUES (?)');
  for (let row = 0; row < 100; row += 1) insert.run('x'.repeat(1000));
  database.close();
  return path;
}

describe('A damaged database', () => {
  const message = (path: string) =>
    new RegExp(`^The local database ${path} is damaged \\(.+\\)\\. Stop the local cloud, delete`);

  it('is reported with its path and what to do if its first page is damaged', () => {
    const path = filled();
    writeFileSync(path, 'not a database, '.repeat(1000));
    expect(() => openDatabase(path, SCHEMA)).toThrow(DatabaseError);
    expect(() => openDatabase(path, SCHEMA)).toThrow(message(path));
  });

  it('is reported when it opens if a later page is damaged', () => {
    const path = filled();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4096 * 5, 4096 * 9);
    writeFileSync(path, bytes);
    expect(() => openDatabase(path, SCHEMA)).toThrow(message(path));
  });

  it('is reported if its end is missing', () => {
    const path = filled();
    truncateSync(path, 4096 * 10);
    expect(() => openDatabase(path, SCHEMA)).toThrow(message(path));
  });
});

describe('A transaction', () => {
  it('stores all of its writes or none, and throws the error of its work', () => {
    const database = openDatabase(newPath(), SCHEMA);
    const insert = database.prepare('INSERT INTO items (text) VALUES (?)');
    transaction(database, () => insert.run('stored'));
    expect(() =>
      transaction(database, () => {
        insert.run('rolled back');
        throw new RangeError('The work failed.');
      }),
    ).toThrow(new RangeError('The work failed.'));
    expect(database.prepare('SELECT text FROM items').all()).toEqual([{ text: 'stored' }]);
    database.close();
  });

  it('reports a full disk with the path of the database, and not the rollback that follows', () => {
    const path = newPath();
    const database = openDatabase(path, SCHEMA);
    database.exec('PRAGMA max_page_count = 3');
    const insert = database.prepare('INSERT INTO items (text) VALUES (?)');
    let caught: unknown;
    try {
      transaction(database, () => insert.run('x'.repeat(100_000)));
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(DatabaseError);
    expect(caught).toMatchObject({
      message: `The disk is full: ${path} cannot be written. Free some space.`,
    });
    expect(isDiskFull(caught)).toBe(true);
    expect(database.isTransaction).toBe(false);
    transaction(database, () => insert.run('small'));
    expect(database.prepare('SELECT text FROM items').all()).toEqual([{ text: 'small' }]);
    database.close();
  });
});

it('A disk is full for ENOSPC, EDQUOT and SQLITE_FULL, also as the cause of another error', () => {
  const error = (members: object) => Object.assign(new Error('write'), members);
  expect(isDiskFull(error({ code: 'ENOSPC' }))).toBe(true);
  expect(isDiskFull(error({ code: 'EDQUOT' }))).toBe(true);
  expect(isDiskFull(error({ errcode: 13 }))).toBe(true);
  expect(isDiskFull(new Error('outer', { cause: error({ code: 'ENOSPC' }) }))).toBe(true);
  expect(isDiskFull(error({ code: 'EIO', errcode: 10 }))).toBe(false);
  expect(isDiskFull('ENOSPC')).toBe(false);
  expect(diskFullMessage(error({ code: 'ENOSPC' }))).toBe(
    'The disk is full (write). Free some space.',
  );
});

describe('A check for damage at the opening', () => {
  const SMALLER_THAN_THE_FILE = 0;

  it('is made for every small database', () => {
    expect(needsCheck(filled())).toBe(true);
  });

  it('is left out for a large one that was closed', () => {
    expect(needsCheck(filled(), SMALLER_THAN_THE_FILE)).toBe(false);
  });

  it('is made for a large one whose process ended without closing it', () => {
    const file = filled();
    const open = openDatabase(file, SCHEMA);
    open.exec("INSERT INTO items (text) VALUES ('last')");
    // The state that a process leaves behind that is killed now.
    expect(needsCheck(file, SMALLER_THAN_THE_FILE)).toBe(true);
    open.close();
    expect(needsCheck(file, SMALLER_THAN_THE_FILE)).toBe(false);
  });
});
