import { rmSync } from 'node:fs';
import {
  appendFile,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ResumeRecord, ResumeStore, StoredPart } from '../resume-record.ts';

const SUFFIX = '.ndjson';
const LOCK = '.lock';

/**
 * The folder for the state of a user's programs: `XDG_STATE_HOME`, `%LOCALAPPDATA%`, or the system's own.
 * https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function stateFolder(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home: string,
): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = environment;
  if (XDG_STATE_HOME) return join(XDG_STATE_HOME, 'reelgate');
  if (platform === 'win32') return join(LOCALAPPDATA ?? join(home, 'AppData/Local'), 'reelgate');
  if (platform === 'darwin') return join(home, 'Library/Application Support/reelgate');
  return join(home, '.local/state/reelgate');
}

/**
 * Stores resume records, one file each: the record in the first line, then one line for each part. A part is appended,
 * so that ten thousand parts need no more than ten thousand short writes. A line that a crash has torn is ignored.
 *
 * @param folder created when it is needed, readable for its owner only
 */
export function fileStore(
  folder: string = stateFolder(process.env, process.platform, homedir()),
): ResumeStore {
  const pathOf = (id: string) => join(folder, `${id}${SUFFIX}`);
  return {
    async list() {
      const names = await readdir(folder).catch(() => []);
      const records = await Promise.all(
        names
          .filter((name) => name.endsWith(SUFFIX))
          .map((name) => readFile(join(folder, name), 'utf8').then(recordOf, () => undefined)),
      );
      return records
        .filter((record) => record !== undefined)
        .sort((one, other) => other.createdAt.localeCompare(one.createdAt));
    },
    async put(record) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { parts, ...head } = record;
      const lines = [head, ...parts].map((line) => `${JSON.stringify(line)}\n`);
      const temporary = `${pathOf(record.id)}.new`;
      await writeFile(temporary, lines.join(''), { mode: 0o600 });
      await rename(temporary, pathOf(record.id));
    },
    async addPart(id, part) {
      await appendFile(pathOf(id), `${JSON.stringify(part)}\n`, { mode: 0o600 });
    },
    async remove(id) {
      await rm(pathOf(id), { force: true });
    },
    claim: (id) => claim(join(folder, `${id}${LOCK}`)),
  };
}

function recordOf(text: string): ResumeRecord | undefined {
  const [head, ...parts] = text.split('\n').map(parsed);
  const record = head as ResumeRecord | undefined;
  if (record?.version !== 1) return undefined;
  return { ...record, parts: parts.filter((part) => part !== undefined) as StoredPart[] };
}

function parsed(line: string): object | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Locks of this process. Its id alone is not enough: a container's first process always has the same one. */
const own = new Set<string>();

/** A process that ends in between (a second Ctrl-C) leaves no lock behind. */
function removeOwnLocks(): void {
  for (const path of own) rmSync(path, { force: true });
}

/**
 * A lock is a file that contains the process id. A lock whose process is gone is ignored. It is created under another
 * name first, so that nobody reads it while it is empty.
 */
async function claim(path: string): Promise<(() => void) | undefined> {
  if (own.has(path)) return undefined;
  process.off('exit', removeOwnLocks);
  process.once('exit', removeOwnLocks);
  own.add(path);
  let locked = false;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    locked = (await makeLock(path)) || ((await isStale(path)) && (await makeLock(path)));
  } finally {
    if (!locked) own.delete(path);
  }
  if (!locked) return undefined;
  return () => {
    try {
      // Synchronous: a later claim of this process must not lose its lock to this.
      rmSync(path, { force: true });
    } catch {
      // A lock file that stays does no harm: its process is gone, or knows that it has released it.
    }
    own.delete(path);
  };
}

async function makeLock(path: string): Promise<boolean> {
  const temporary = `${path}.${process.pid}`;
  try {
    await writeFile(temporary, String(process.pid), { mode: 0o600 });
    await link(temporary, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // Some file systems (FAT) do not support links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    return writeFile(path, String(process.pid), { mode: 0o600, flag: 'wx' }).then(
      () => true,
      () => false,
    );
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Removes a lock whose process is gone. If two processes do that at the same moment, both may get the lock. */
async function isStale(path: string): Promise<boolean> {
  const pid = Number(await readFile(path, 'utf8').catch(() => '0'));
  if (pid !== process.pid && isAlive(pid)) return false;
  await rm(path, { force: true });
  return true;
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process of another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
