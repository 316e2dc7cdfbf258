/** A conditional write whose body is still coming in. */
export interface PendingWrite {
  /** Whether the key was deleted since. */
  readonly overtaken: boolean;
  end(): void;
}

/**
 * Conditional writes under way. A delete of their key makes S3 answer 409 ConditionalRequestConflict, since the
 * condition was true of an object that is gone:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export class PendingWrites {
  readonly #byKey = new Map<string, Set<{ overtaken: boolean }>>();

  begin(bucket: string, key: string): PendingWrite {
    const name = `${bucket}/${key}`;
    const state = { overtaken: false };
    const writes = this.#byKey.get(name) ?? new Set();
    writes.add(state);
    this.#byKey.set(name, writes);
    return {
      get overtaken() {
        return state.overtaken;
      },
      end: () => {
        writes.delete(state);
        if (writes.size === 0) this.#byKey.delete(name);
      },
    };
  }

  deleted(bucket: string, key: string): void {
    for (const state of this.#byKey.get(`${bucket}/${key}`) ?? []) state.overtaken = true;
  }
}
