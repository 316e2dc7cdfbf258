/** What has been opened, to be closed in the opposite order, each even if another fails. */
export class Closing {
  readonly #steps: (() => void | Promise<void>)[] = [];

  /** Keeps `opened` to close it later, and gives it back. */
  add<T extends { close(): void | Promise<void> }>(opened: T): T {
    this.#steps.push(() => opened.close());
    return opened;
  }

  /** A second call has nothing left to do. Throws AggregateError with what failed. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Closing the local cloud failed.');
  }
}
