/**
 * Shares reconciler runs between concurrent uploads: a run starts when no upload is being prepared,
 * and serves every worker that waits.
 */
export class Reconciling {
  readonly #run: () => Promise<boolean>;
  #preparing = 0;
  #running = false;
  #waiting: ((result: Promise<boolean>) => void)[] = [];
  #doors: (() => void)[] = [];

  /** @param run performs one run; resolves to whether it succeeded */
  constructor(run: () => Promise<boolean>) {
    this.#run = run;
  }

  /** No run starts while `prepare` runs. */
  async prepare<T>(prepare: () => Promise<T>): Promise<T> {
    // Waiting runs have priority, or the next preparation would always delay them.
    while (this.#running || this.#waiting.length > 0) {
      await new Promise<void>((resolve) => this.#doors.push(resolve));
    }
    this.#preparing += 1;
    try {
      return await prepare();
    } finally {
      this.#preparing -= 1;
      this.#begin();
    }
  }

  /** Waits for the next run that starts and returns whether it succeeded. */
  run(): Promise<boolean> {
    return new Promise<Promise<boolean>>((resolve) => {
      this.#waiting.push(resolve);
      this.#begin();
    }).then((result) => result);
  }

  #begin(): void {
    if (this.#running || this.#preparing > 0 || this.#waiting.length === 0) return;
    this.#running = true;
    const served = this.#waiting;
    this.#waiting = [];
    const result = this.#run();
    for (const resolve of served) resolve(result);
    const ended = () => {
      this.#running = false;
      const doors = this.#doors;
      this.#doors = [];
      for (const open of doors) open();
      this.#begin();
    };
    result.then(ended, ended);
  }
}
