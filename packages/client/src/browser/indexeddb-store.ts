import type { ResumeRecord, ResumeStore, StoredPart } from '../resume-record.ts';

const ROWS = 'rows';

/** A part; number 0 is the record itself. */
type Row = { readonly id: string; readonly partNumber: number } & (StoredPart | ResumeRecord);

/** Records that transfers of this page have, in a browser without Web Locks. */
const claimed = new Set<string>();

/** Stores resume records in IndexedDB: one row for each record, and one for each part. */
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
      const all: Row[] = await resultOf((await rows('readonly')).getAll());
      return all
        .filter((row) => 'version' in row && row.version === 1)
        .map((head) => ({
          ...(head as ResumeRecord),
          parts: all.filter((row) => row.id === head.id && row.partNumber > 0) as StoredPart[],
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

/** Some browsers' databases never open, without an error. */
function open(database: string, onClose: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(reject, 5_000, new Error('IndexedDB does not respond.'));
    const request = indexedDB.open(database, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(ROWS, { keyPath: ['id', 'partNumber'] });
    };
    resultOf(request)
      .then((opened) => {
        // The browser may close it, and the app may delete or upgrade it.
        opened.onclose = onClose;
        opened.onversionchange = () => {
          opened.close();
          onClose();
        };
        resolve(opened);
      })
      .catch((error) => {
        // An error (no space, no permission) may be gone later.
        onClose();
        reject(error);
      })
      .finally(() => clearTimeout(timer));
  });
}

/** In the order of keys, an array comes after every number: https://w3c.github.io/IndexedDB/#compare-two-keys */
function rowsOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id], [id, []]);
}

function resultOf<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** A lock across tabs; the browser releases it when the page closes. */
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
