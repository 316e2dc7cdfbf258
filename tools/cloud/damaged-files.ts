import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The SQLite databases and JSON files in a data folder that cannot be read. */
export function damagedFiles(folder: string): string[] {
  const databases = globSync('**/*.{sqlite,db}', { cwd: folder }).filter(
    (name) => !isReadable(() => checkDatabase(join(folder, name))),
  );
  const documents = globSync('**/*.json', { cwd: folder }).filter(
    (name) => !isReadable(() => JSON.parse(readFileSync(join(folder, name), 'utf8'))),
  );
  return [...databases, ...documents].map((name) => join(folder, name)).sort();
}

function checkDatabase(path: string): void {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const [row] = database.prepare('PRAGMA quick_check(1)').all();
    if (row?.quick_check !== 'ok') throw new Error(String(row?.quick_check));
  } finally {
    database.close();
  }
}

function isReadable(read: () => void): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
