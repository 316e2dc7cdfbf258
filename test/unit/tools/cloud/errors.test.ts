import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { damagedFiles } from '../../../../tools/cloud/damaged-files.ts';
import { checkDataFormat, DATA_FORMAT } from '../../../../tools/cloud/data-format.ts';
import { explainError } from '../../../../tools/cloud/explain-error.ts';
import { takeStartLock } from '../../../../tools/cloud/start-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reelgate-data-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function database(name: string): string {
  const path = join(folder, name);
  const opened = new DatabaseSync(path);
  opened.exec('CREATE TABLE t (v TEXT)');
  opened.close();
  return path;
}

const coded = (message: string, more: object) => Object.assign(new Error(message), more);

describe('damagedFiles', () => {
  it('finds nothing among readable databases and JSON files', () => {
    database('good.sqlite');
    writeFileSync(join(folder, 'good.json'), '{}');
    expect(damagedFiles(folder)).toEqual([]);
  });

  it('finds databases and JSON files that cannot be read, in subfolders too', () => {
    database('good.sqlite');
    mkdirSync(join(folder, 's3'));
    writeFileSync(join(folder, 's3', 'bad.sqlite'), 'This is not a database.'.repeat(100));
    writeFileSync(join(folder, 'bad.json'), '{');
    expect(damagedFiles(folder)).toEqual([
      join(folder, 'bad.json'),
      join(folder, 's3', 'bad.sqlite'),
    ]);
  });
});

describe('explainError', () => {
  it.each([
    ['of the file system', coded('ENOSPC: no space left', { code: 'ENOSPC', path: '/data/x' })],
    ['of SQLite', coded('database or disk is full', { errcode: 13 })],
    ['that caused another error', new Error('cannot write', { cause: coded('', { errcode: 13 }) })],
    ['of FFmpeg', new Error('Header: No space left on device')],
    ['among several errors', new AggregateError([coded('', { code: 'ENOSPC' })], 'two failures')],
  ])('says that the disk is full for an error %s', (_, error) => {
    const text = explainError(error, folder);
    expect(text).toMatch(/^The disk is full/);
    expect(text).toContain('npm run reset');
  });

  it('names the damaged database and how to continue', () => {
    const path = join(folder, 'objects.sqlite');
    writeFileSync(path, 'This is not a database.'.repeat(100));
    const text = explainError(coded('file is not a database', { errcode: 26 }), folder);
    expect(text).toContain('objects.sqlite');
    expect(text).toContain('npm run reset');
  });

  it('recognizes an extended result code of SQLite', () => {
    const text = explainError(coded('database disk image is malformed', { errcode: 267 }), folder);
    expect(text).toContain('data is damaged');
  });

  it('names a JSON file that cannot be parsed', () => {
    writeFileSync(join(folder, 'keys.json'), '{');
    expect(explainError(new SyntaxError('Unexpected end of JSON input'), folder)).toContain(
      'keys.json',
    );
  });

  it('prints only the message of an error for people, and the stack of a bug', () => {
    expect(explainError(new Error('There is no Java here.'), folder)).toBe(
      'There is no Java here.',
    );
    expect(explainError(new TypeError('x is undefined'), folder)).toContain('errors.test.ts');
  });
});

describe('checkDataFormat', () => {
  it('marks a new folder, and accepts it again', () => {
    const data = join(folder, 'data');
    checkDataFormat(data);
    expect(() => checkDataFormat(data)).not.toThrow();
  });

  it('rejects data of another version, with both formats and the remedy', () => {
    checkDataFormat(folder, DATA_FORMAT + 1);
    expect(() => checkDataFormat(folder)).toThrow(
      `another version of reelgate (format ${DATA_FORMAT + 1}; this version uses format ${DATA_FORMAT}). Remove it with npm run reset`,
    );
  });

  it('accepts a folder with nothing but an empty format, which a full disk can leave', () => {
    writeFileSync(join(folder, 'format'), '');
    expect(() => checkDataFormat(folder)).not.toThrow();
    expect(() => checkDataFormat(folder, DATA_FORMAT + 1)).toThrow(`format ${DATA_FORMAT};`);
  });

  it('rejects data without a format', () => {
    database('old.sqlite');
    expect(() => checkDataFormat(folder)).toThrow('format unknown');
  });
});

describe('takeStartLock', () => {
  it('can be held once at a time', () => {
    const file = join(folder, 'state', 'start.sqlite');
    const lock = takeStartLock(file);
    expect(lock).toBeDefined();
    expect(takeStartLock(file)).toBeUndefined();
    lock?.release();
    const again = takeStartLock(file);
    expect(again).toBeDefined();
    again?.release();
  });

  it('throws if the file cannot be locked for another reason', () => {
    writeFileSync(join(folder, 'start.sqlite'), 'This is not a database.'.repeat(100));
    expect(() => takeStartLock(join(folder, 'start.sqlite'))).toThrow('not a database');
  });
});
