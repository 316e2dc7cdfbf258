/** A write whose body is being received. */
export interface PendingWrite {
  /** Whether the key was deleted in the meantime. */
  readonly deletedMeanwhile: boolean;
  end(): void;
}

/**
 * The running writes. If a key is deleted during a conditional write, S3 responds with 409
 * ConditionalRequestConflict, since the condition was evaluated on an object that no longer exists:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export class PendingWrites {
  readonly #byKey = new Map<string, Set<{ deletedMeanwhile: boolean }>>();

  begin(bucket: string, key: string): PendingWrite {
    const name = `${bucket}/${key}`;
    const state = { deletedMeanwhile: false };
    const writes = this.#byKey.get(name) ?? new Set();
    writes.add(state);
    this.#byKey.set(name, writes);
    return {
      get deletedMeanwhile() {
        return state.deletedMeanwhile;
      },
      end: () => {
        writes.delete(state);
        if (writes.size === 0) this.#byKey.delete(name);
      },
    };
  }

  deleted(bucket: string, key: string): void {
    for (const state of this.#byKey.get(`${bucket}/${key}`) ?? []) state.deletedMeanwhile = true;
  }
}
