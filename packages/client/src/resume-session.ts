import type { ResumeRecord, ResumeStore, StoredPart } from './resume-record.ts';

/**
 * The resume record of one transfer, and its lock. An upload does not fail because its record cannot be stored (disk
 * full, private window): then `active` is false, and progress says so.
 */
export class ResumeSession {
  readonly #store: ResumeStore | undefined;
  #record: ResumeRecord | undefined;
  /** Kept after `release`: a cancel that follows still has to remove the record. */
  #id: string | undefined;
  #unlock: (() => void) | undefined;

  /** @param store undefined if nothing is to be stored */
  constructor(store: ResumeStore | undefined) {
    this.#store = store;
  }

  /** Whether the upload can be resumed from its record. */
  get active(): boolean {
    return this.#record !== undefined;
  }

  /** Locks and returns the newest record that fits and that no other transfer has. */
  async find(fits: (record: ResumeRecord) => boolean): Promise<ResumeRecord | undefined> {
    for (const record of await this.#list()) {
      const claimed = fits(record) && (await this.claim(record));
      if (claimed) return claimed;
    }
    return undefined;
  }

  /**
   * Locks a record.
   *
   * @returns the record as it is stored now; undefined if another transfer has it
   */
  async claim(record: ResumeRecord): Promise<ResumeRecord | undefined> {
    this.release();
    if (!this.#store) return record;
    try {
      this.#unlock = await this.#store.claim(record.id);
    } catch {
      return record;
    }
    if (!this.#unlock) return undefined;
    const stored = (await this.#list()).find(({ id }) => id === record.id) ?? record;
    // Written again, because nothing can be appended to a record whose end was torn by a crash.
    await this.put(stored);
    return stored;
  }

  /** Creates or replaces the record. */
  async put(record: ResumeRecord): Promise<void> {
    if (!this.#store) return;
    try {
      await this.#store.put(record);
      this.#unlock ??= await this.#store.claim(record.id);
      this.#record = record;
      this.#id = record.id;
    } catch {
      this.release();
    }
  }

  async addPart(part: StoredPart): Promise<void> {
    if (!this.#record) return;
    try {
      await this.#store?.addPart(this.#record.id, part);
    } catch {
      this.release();
    }
  }

  /** S3 does not have what was sent: whoever resumes this upload sends every part again. */
  async requireResend(): Promise<void> {
    if (this.#record) await this.put({ ...this.#record, parts: [], resendAll: true });
  }

  /** Removes the record: there is nothing left to resume. */
  async remove(): Promise<void> {
    this.release();
    if (this.#id !== undefined) await this.#store?.remove(this.#id).catch(() => undefined);
  }

  /** Unlocks the record, which stays stored. */
  release(): void {
    this.#unlock?.();
    this.#unlock = undefined;
    this.#record = undefined;
  }

  async #list(): Promise<ResumeRecord[]> {
    return (await this.#store?.list().catch(() => undefined)) ?? [];
  }
}
