import type { KeptPart, ResumeRecord, ResumeStore } from '../resume-record.ts';

const ROWS = 'rows';

/** A part, or with number 0 the record itself. */
type Row = { readonly id: string; readonly partNumber: number } & (KeptPart | ResumeRecord);

/** Records that this page's transfers have, where the browser has no Web Locks. */
const claimed = new Set<string>();

/** Unfinished uploads in IndexedDB: a row each, and one for each part. */
export function indexedDbStore(database = 'reelgate'): ResumeStore {
  let opened: Promise<IDBDatabase> | undefined;
  const rows = async (mode: IDBTransactionMode) => {
    opened ??= open(database, () => {
      opened = undefined;
    });
    return (await opened).transaction(ROWS, mode).objectStore(ROWS);
  };
  const change = async (work: (store: IDBObjectStore) => void) => {
    const store = await rows('readwrite');
    const { transaction } = store;
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    work(store);
    await done;
  };
  return {
    async list() {
      const all: Row[] = await answer((await rows('readonly')).getAll());
      return all
        .filter((row) => 'version' in row && row.version === 1)
        .map((head) => ({
          ...(head as ResumeRecord),
          parts: all.filter((row) => row.id === head.id && row.partNumber > 0) as KeptPart[],
        }))
        .sort((one, other) => other.createdAt.localeCompare(one.createdAt));
    },
    put: (record) =>
      change((store) => {
        store.delete(rowsOf(record.id));
        store.put({ ...record, partNumber: 0, parts: [] });
        for (const part of record.parts) store.put({ ...part, id: record.id });
      }),
    addPart: (id, part) =>
      change((store) => {
        store.put({ ...part, id });
      }),
    remove: (id) =>
      change((store) => {
        store.delete(rowsOf(id));
      }),
    claim: (id) => claim(`${database}:${id}`),
  };
}

/** Some browsers' databases never open, and do not say so either. */
function open(database: string, forget: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(reject, 5_000, new Error('IndexedDB does not answer.'));
    const request = indexedDB.open(database, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(ROWS, { keyPath: ['id', 'partNumber'] });
    };
    answer(request)
      .then((opened) => {
        // A browser may close it, and an app may want to delete or renew it.
        opened.onclose = forget;
        opened.onversionchange = () => {
          opened.close();
          forget();
        };
        resolve(opened);
      })
      .catch((error) => {
        // What fails once (no space, no permission) may be allowed later.
        forget();
        reject(error);
      })
      .finally(() => clearTimeout(timer));
  });
}

/** An array is more than any number: https://w3c.github.io/IndexedDB/#compare-two-keys */
function rowsOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id], [id, []]);
}

function answer<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Held across tabs, and given up by the browser when its page goes. */
function claim(name: string): Promise<(() => void) | undefined> {
  if (!('locks' in navigator)) {
    if (claimed.has(name)) return Promise.resolve(undefined);
    claimed.add(name);
    return Promise.resolve(() => {
      claimed.delete(name);
    });
  }
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(undefined);
        return new Promise<void>((release) => resolve(release));
      })
      .catch(reject);
  });
}
