/** Closes what was opened, in reverse order. If one fails to close, the others are still closed. */
export class Shutdown {
  readonly #steps: (() => void | Promise<void>)[] = [];

  /** Registers `opened` and returns it. */
  add<T extends { close(): void | Promise<void> }>(opened: T): T {
    this.#steps.push(() => opened.close());
    return opened;
  }

  /** A second call has no effect. Throws AggregateError with all failures. */
  async run(): Promise<void> {
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
