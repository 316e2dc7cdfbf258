import type { ResumeRecord, ResumeStore, StoredPart } from './resume-record.ts';

/**
 * The resume record of one transfer, and its lock. An upload does not fail because its record cannot be stored (disk
 * full, private window): then `active` is false, and progress says so.
 */
export interface ResumeSession {
  /** Whether the upload can be resumed from its record. */
  readonly active: boolean;
  /** Locks and returns the newest record that fits and that no other transfer has. */
  find(fits: (record: ResumeRecord) => boolean): Promise<ResumeRecord | undefined>;
  /**
   * Locks a record.
   *
   * @returns the record as it is stored now; undefined if another transfer has it
   */
  claim(record: ResumeRecord): Promise<ResumeRecord | undefined>;
  /** Creates or replaces the record. */
  put(record: ResumeRecord): Promise<void>;
  addPart(part: StoredPart): Promise<void>;
  /** Removes the record: there is nothing left to resume. */
  remove(): Promise<void>;
  /** Unlocks the record, which stays stored. */
  release(): void;
}

/** @param store undefined if nothing is to be stored */
export function resumeSession(store: ResumeStore | undefined): ResumeSession {
  let current: ResumeRecord | undefined;
  // Kept after `release`: a cancel that follows still has to remove the record.
  let lastId: string | undefined;
  let unlock: (() => void) | undefined;

  const list = async () => (await store?.list().catch(() => undefined)) ?? [];
  const release = () => {
    unlock?.();
    unlock = undefined;
    current = undefined;
  };
  const put = async (record: ResumeRecord) => {
    if (!store) return;
    try {
      await store.put(record);
      unlock ??= await store.claim(record.id);
      current = record;
      lastId = record.id;
    } catch {
      release();
    }
  };
  const claim = async (record: ResumeRecord) => {
    release();
    if (!store) return record;
    try {
      unlock = await store.claim(record.id);
    } catch {
      return record;
    }
    if (!unlock) return undefined;
    const stored = (await list()).find(({ id }) => id === record.id) ?? record;
    // Written again, because nothing can be appended to a record whose end was torn by a crash.
    await put(stored);
    return stored;
  };
  return {
    get active() {
      return current !== undefined;
    },
    async find(fits) {
      for (const record of await list()) {
        const claimed = fits(record) && (await claim(record));
        if (claimed) return claimed;
      }
      return undefined;
    },
    claim,
    put,
    async addPart(part) {
      if (!current) return;
      try {
        await store?.addPart(current.id, part);
      } catch {
        release();
      }
    },
    async remove() {
      release();
      if (lastId !== undefined) await store?.remove(lastId).catch(() => undefined);
    },
    release,
  };
}
