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
import type { KeptPart, ResumeRecord, ResumeStore } from '../resume-record.ts';

const SUFFIX = '.ndjson';
const LOCK = '.lock';

/**
 * Where a user's programs keep their state: `XDG_STATE_HOME`, `%LOCALAPPDATA%`, or as the system has it.
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
 * Unfinished uploads, a file each: the record in the first line, then a line a part. A part is one short write at
 * the end, so that ten thousand parts cost what they weigh; a line that a crash has torn is left out.
 *
 * @param folder made when it is needed; readable for its owner only
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
      const fresh = `${pathOf(record.id)}.new`;
      await writeFile(fresh, lines.join(''), { mode: 0o600 });
      await rename(fresh, pathOf(record.id));
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
  return { ...record, parts: parts.filter((part) => part !== undefined) as KeptPart[] };
}

function parsed(line: string): object | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Locks of this process: its number alone does not tell, a container's first process has the same every time. */
const own = new Set<string>();

/**
 * A lock is a file with the process's number; one whose process is gone holds nobody back. It is made under
 * another name, so that nobody sees it empty.
 */
async function claim(path: string): Promise<(() => void) | undefined> {
  if (own.has(path)) return undefined;
  own.add(path);
  let made = false;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    made = (await makeLock(path)) || ((await isStale(path)) && (await makeLock(path)));
  } finally {
    if (!made) own.delete(path);
  }
  if (!made) return undefined;
  return () => {
    try {
      // At once: the next claim of this process must not lose its lock to this.
      rmSync(path, { force: true });
    } catch {
      // A lock that stays is no harm: its process is gone, or knows that it has it no more.
    }
    own.delete(path);
  };
}

async function makeLock(path: string): Promise<boolean> {
  const fresh = `${path}.${process.pid}`;
  try {
    await writeFile(fresh, String(process.pid), { mode: 0o600 });
    await link(fresh, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // Some file systems (FAT) have no links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    return writeFile(path, String(process.pid), { mode: 0o600, flag: 'wx' }).then(
      () => true,
      () => false,
    );
  } finally {
    await rm(fresh, { force: true });
  }
}

/** Removes a lock whose process is gone. Two processes that find the same one at the same moment may both have it then. */
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
    // Somebody else's process is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
