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

/** What has to happen once a change is committed. */
export interface Change {
  /** Blobs that no row will refer to. They are deleted. */
  free(blobs: Iterable<string>): void;
  /** Stores the event with the change. It goes to the bus after the commit. */
  emit(event: CloudEvent): void;
}

/** The data of the engine: one database and one folder of blobs. */
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

  /** Opens the data of an earlier process, however that ended. */
  static async open(options: StoreOptions): Promise<Store> {
    const store = new Store(options);
    await store.blobs.sweep((blob) => store.objects.isBlobNamed(blob));
    store.#outbox.deliverSoon();
    return store;
  }

  /** Runs `work` in one transaction, then deletes the freed blobs and delivers the events. */
  change<T>(work: (change: Change) => T): T {
    const freed: string[] = [];
    let hasEvents = false;
    const result = transaction(this.#database, () =>
      work({
        free: (blobs) => freed.push(...blobs),
        emit: (event) => {
          hasEvents = true;
          this.#outbox.add(event);
        },
      }),
    );
    this.blobs.discard(freed);
    if (hasEvents) this.#outbox.deliverSoon();
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
