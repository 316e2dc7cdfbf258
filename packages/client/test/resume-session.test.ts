import type { ResumeRecord, ResumeStore, StoredPart } from '../src/resume-record.ts';
import { resumeSession } from '../src/resume-session.ts';

const record = (id: string, more: Partial<ResumeRecord> = {}): ResumeRecord => ({
  version: 1,
  id,
  api: 'https://api',
  fileName: 'film.mp4',
  contentType: 'video/mp4',
  fingerprint: { name: 'film.mp4', size: 10, sample: '' },
  createdAt: '2026-01-01T00:00:00.000Z',
  parts: [],
  ...more,
});
const part: StoredPart = { partNumber: 1, etag: '"1"', crc: 'AAAAAAAAAAA=' };

/** A store in memory. `failing`: the operations that throw. */
function memoryStore(records: ResumeRecord[], failing: (keyof ResumeStore)[] = []) {
  const stored = new Map(records.map((one) => [one.id, one]));
  const locks = new Set<string>();
  const run = <Result>(name: keyof ResumeStore, work: () => Result) => {
    if (failing.includes(name)) return Promise.reject(new Error('The disk is full.'));
    return Promise.resolve(work());
  };
  const store: ResumeStore = {
    list: () => run('list', () => [...stored.values()]),
    put: (one) => run('put', () => void stored.set(one.id, one)),
    addPart: (id, added) =>
      run('addPart', () => {
        const one = stored.get(id);
        if (one) stored.set(id, { ...one, parts: [...one.parts, added] });
      }),
    remove: (id) => run('remove', () => void stored.delete(id)),
    claim: (id) =>
      run('claim', () => {
        if (locks.has(id)) return undefined;
        locks.add(id);
        return () => void locks.delete(id);
      }),
  };
  return { store, stored, locks };
}

describe('Finding an unfinished upload', () => {
  it('locks the first record that fits, and returns it as it is stored', async () => {
    const { store, locks } = memoryStore([
      record('a'),
      record('b', { parts: [part] }),
      record('c'),
    ]);
    const session = resumeSession(store);
    expect(session.active).toBe(false);
    const found = await session.find(({ id }) => id !== 'a');
    expect(found).toEqual(record('b', { parts: [part] }));
    expect([...locks]).toEqual(['b']);
    expect(session.active).toBe(true);
  });

  it('skips a record that another transfer has', async () => {
    const { store, locks } = memoryStore([record('a'), record('b')]);
    await store.claim('a');
    const session = resumeSession(store);
    expect((await session.find(() => true))?.id).toBe('b');
    expect([...locks]).toEqual(['a', 'b']);
    expect(await resumeSession(store).find(() => true)).toBeUndefined();
  });

  it('finds nothing without a store, or in one that cannot be read', async () => {
    expect(await resumeSession(undefined).find(() => true)).toBeUndefined();
    const { store } = memoryStore([record('a')], ['list']);
    expect(await resumeSession(store).find(() => true)).toBeUndefined();
  });
});

describe('Claiming a record', () => {
  it('fails if another transfer has it', async () => {
    const { store } = memoryStore([record('a')]);
    const first = resumeSession(store);
    expect(await first.claim(record('a'))).toEqual(record('a'));
    const second = resumeSession(store);
    expect(await second.claim(record('a'))).toBeUndefined();
    expect(second.active).toBe(false);
    first.release();
    expect(await second.claim(record('a'))).toEqual(record('a'));
  });

  it('returns what is stored now, and writes it again', async () => {
    const { store, stored } = memoryStore([record('a', { parts: [part] })]);
    const puts: string[] = [];
    const recording = {
      ...store,
      put: (one: ResumeRecord) => {
        puts.push(one.id);
        return store.put(one);
      },
    };
    const session = resumeSession(recording);
    expect((await session.claim(record('a')))?.parts).toEqual([part]);
    expect(puts).toEqual(['a']);
    expect(await session.claim(record('gone'))).toEqual(record('gone'));
    expect([...stored.keys()]).toEqual(['a', 'gone']);
  });

  it('releases the record before', async () => {
    const { store, locks } = memoryStore([record('a'), record('b')]);
    const session = resumeSession(store);
    await session.claim(record('a'));
    await session.claim(record('b'));
    expect([...locks]).toEqual(['b']);
  });

  it('succeeds without a store, or if nothing can be locked: an upload need not be resumable', async () => {
    expect(await resumeSession(undefined).claim(record('a'))).toEqual(record('a'));
    const { store } = memoryStore([], ['claim']);
    const session = resumeSession(store);
    expect(await session.claim(record('a'))).toEqual(record('a'));
    expect(session.active).toBe(false);
  });
});

describe('Keeping a record', () => {
  it('locks a new record once, and adds parts to it', async () => {
    const { store, stored, locks } = memoryStore([]);
    const session = resumeSession(store);
    await session.put(record('a'));
    await session.put(record('a', { uploadId: '1' }));
    expect([...locks]).toEqual(['a']);
    await session.addPart(part);
    expect(stored.get('a')).toEqual(record('a', { uploadId: '1', parts: [part] }));
  });

  it.each<keyof ResumeStore>(['put', 'claim'])(
    'is given up without an error if `%s` fails',
    async (operation) => {
      const { store, locks } = memoryStore([], [operation]);
      const session = resumeSession(store);
      await session.put(record('a'));
      expect([session.active, locks.size]).toEqual([false, 0]);
    },
  );

  it('is given up without an error if a part cannot be added, and unlocked', async () => {
    const { store, locks } = memoryStore([], ['addPart']);
    const session = resumeSession(store);
    await session.put(record('a'));
    await session.addPart(part);
    expect([session.active, locks.size]).toEqual([false, 0]);
    await session.addPart(part);
  });

  it('does nothing without a store', async () => {
    const session = resumeSession(undefined);
    await session.put(record('a'));
    await session.addPart(part);
    await session.remove();
    expect(session.active).toBe(false);
  });
});

describe('The end of a record', () => {
  it('removes it and its lock, also after it was released', async () => {
    const { store, stored, locks } = memoryStore([]);
    const session = resumeSession(store);
    await session.put(record('a'));
    session.release();
    expect([session.active, locks.size, stored.size]).toEqual([false, 0, 1]);
    expect(stored.get('a')).toEqual(record('a'));
    await session.remove();
    expect(stored.size).toBe(0);
  });

  it('is no error if it cannot be removed', async () => {
    const { store, locks } = memoryStore([], ['remove']);
    const session = resumeSession(store);
    await session.put(record('a'));
    await session.remove();
    expect([session.active, locks.size]).toEqual([false, 0]);
  });
});
