import type { KeptPart, ResumeRecord, ResumeStore } from '../resume-record.ts';

const UPLOADS = 'uploads';
const PARTS = 'parts';

/** Records that this page's transfers have, where the browser has no Web Locks. */
const claimed = new Set<string>();

/** Unfinished uploads in IndexedDB: the records in one store, their parts in another, a row each. */
export function indexedDbStore(database = 'reelgate'): ResumeStore {
  let opened: Promise<IDBDatabase> | undefined;
  const open = () => {
    opened ??= answer(openRequest(database)).catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  const change = async (work: (uploads: IDBObjectStore, parts: IDBObjectStore) => void) => {
    const transaction = (await open()).transaction([UPLOADS, PARTS], 'readwrite');
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    work(transaction.objectStore(UPLOADS), transaction.objectStore(PARTS));
    await done;
  };
  return {
    async list() {
      const transaction = (await open()).transaction([UPLOADS, PARTS]);
      const [heads, rows] = await Promise.all([
        answer<ResumeRecord[]>(transaction.objectStore(UPLOADS).getAll()),
        answer<(KeptPart & { id: string })[]>(transaction.objectStore(PARTS).getAll()),
      ]);
      return heads
        .filter(({ version }) => version === 1)
        .map((head) => ({
          ...head,
          parts: rows.filter(({ id }) => id === head.id).map(({ id: _, ...part }) => part),
        }))
        .sort((one, other) => other.createdAt.localeCompare(one.createdAt));
    },
    put: ({ parts, ...head }) =>
      change((uploads, rows) => {
        uploads.put(head);
        rows.delete(partsOf(head.id));
        for (const part of parts) rows.put({ ...part, id: head.id });
      }),
    addPart: (id, part) =>
      change((_, rows) => {
        rows.put({ ...part, id });
      }),
    remove: (id) =>
      change((uploads, rows) => {
        uploads.delete(id);
        rows.delete(partsOf(id));
      }),
    claim: (id) => claim(`${database}:${id}`),
  };
}

function openRequest(database: string): IDBOpenDBRequest {
  const request = indexedDB.open(database, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(UPLOADS, { keyPath: 'id' });
    request.result.createObjectStore(PARTS, { keyPath: ['id', 'partNumber'] });
  };
  return request;
}

/** An array is more than any number: https://w3c.github.io/IndexedDB/#compare-two-keys */
function partsOf(id: string): IDBKeyRange {
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
