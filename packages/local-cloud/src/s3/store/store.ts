import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../shared/clock.ts';
import { openDatabase, transaction } from '../../shared/database.ts';
import type { CloudEvent, EmitEvent } from '../../shared/events.ts';
import { Blobs } from './blobs.ts';
import { Buckets } from './buckets.ts';
import { Objects } from './objects.ts';
import { Outbox } from './outbox.ts';
import { SCHEMA } from './schema.ts';
import { Uploads } from './uploads.ts';

/** What a change leaves to be done once it is committed. */
export interface Change {
  /** Blobs that no row will name any more. */
  free(blobs: Iterable<string>): void;
  /** Is kept with the change and then handed to the bus. */
  tell(event: CloudEvent): void;
}

/** All that the engine holds: one database and one folder of blobs. */
export class Store {
  readonly buckets: Buckets;
  readonly objects: Objects;
  readonly uploads: Uploads;
  readonly blobs: Blobs;
  readonly #database: DatabaseSync;
  readonly #outbox: Outbox;

  private constructor(options: StoreOptions) {
    this.#database = openDatabase(join(options.dataDir, 's3.sqlite'), SCHEMA);
    this.buckets = new Buckets(this.#database);
    this.objects = new Objects(this.#database);
    this.uploads = new Uploads(this.#database);
    this.blobs = new Blobs(join(options.dataDir, 'blobs'), options.newId);
    this.#outbox = new Outbox(this.#database, options.emit, options.clock);
  }

  /** Opens what a former process left, however it ended. */
  static async open(options: StoreOptions): Promise<Store> {
    const store = new Store(options);
    await store.blobs.sweep((blob) => store.objects.isBlobNamed(blob));
    store.#outbox.deliverSoon();
    return store;
  }

  /** Runs `work` in one transaction; then deletes what it freed and tells what happened. */
  change<T>(work: (change: Change) => T): T {
    const freed: string[] = [];
    let told = false;
    const result = transaction(this.#database, () =>
      work({
        free: (blobs) => freed.push(...blobs),
        tell: (event) => {
          told = true;
          this.#outbox.add(event);
        },
      }),
    );
    this.blobs.discard(freed);
    if (told) this.#outbox.deliverSoon();
    return result;
  }

  close(): void {
    this.#outbox.close();
    this.#database.close();
  }
}

export interface StoreOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly emit: EmitEvent;
  readonly newId: () => string;
}
