import type { KeptPart, ResumeRecord, ResumeStore } from './resume-record.ts';

/**
 * Keeps the record of one upload. That it can be resumed is a convenience: a folder that is full or a browser
 * that keeps nothing must not stop an upload. Then `works` is false, and progress says so.
 */
export class ResumeSession {
  readonly #store: ResumeStore | undefined;
  #record: ResumeRecord | undefined;
  /** Also of a record that was let go: a cancel afterwards still has to forget it. */
  #id: string | undefined;
  #release: (() => void) | undefined;

  constructor(store: ResumeStore | undefined) {
    this.#store = store;
  }

  get works(): boolean {
    return this.#record !== undefined;
  }

  /** The newest unfinished upload that fits and that no other transfer has. */
  async find(fits: (record: ResumeRecord) => boolean): Promise<ResumeRecord | undefined> {
    for (const record of await this.#list()) {
      const claimed = fits(record) && (await this.claim(record));
      if (claimed) return claimed;
    }
    return undefined;
  }

  /**
   * Makes a record this transfer's own.
   *
   * @returns the record as it is kept now; undefined where another transfer has it
   */
  async claim(record: ResumeRecord): Promise<ResumeRecord | undefined> {
    this.letGo();
    if (!this.#store) return record;
    try {
      this.#release = await this.#store.claim(record.id);
    } catch {
      return record;
    }
    if (!this.#release) return undefined;
    // Put back, since an end that a crash has torn cannot be written on.
    const kept = (await this.#list()).find(({ id }) => id === record.id) ?? record;
    await this.put(kept);
    return kept;
  }

  /** Begins a record, or replaces it. */
  async put(record: ResumeRecord): Promise<void> {
    if (!this.#store) return;
    try {
      await this.#store.put(record);
      this.#release ??= await this.#store.claim(record.id);
      this.#own(record);
    } catch {
      this.letGo();
    }
  }

  async addPart(part: KeptPart): Promise<void> {
    const { id } = this.#record ?? {};
    if (id === undefined) return;
    try {
      await this.#store?.addPart(id, part);
    } catch {
      this.letGo();
    }
  }

  /** What S3 holds is not what was sent: whoever goes on sends every part again. */
  async distrust(): Promise<void> {
    if (this.#record) await this.put({ ...this.#record, parts: [], distrusted: true });
  }

  /** Nothing is left to go on with. */
  async drop(): Promise<void> {
    this.letGo();
    if (this.#id !== undefined) await this.#store?.remove(this.#id).catch(() => undefined);
  }

  letGo(): void {
    this.#release?.();
    this.#release = undefined;
    this.#record = undefined;
  }

  async #list(): Promise<ResumeRecord[]> {
    return (await this.#store?.list().catch(() => undefined)) ?? [];
  }

  #own(record: ResumeRecord): void {
    this.#record = record;
    this.#id = record.id;
  }
}
