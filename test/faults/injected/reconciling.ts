/**
 * One reconciler for several uploads at once: a run begins when no upload is just being brought into the state
 * in which it is to be found, and is for everyone who waits.
 */
export class Reconciling {
  readonly #run: () => Promise<boolean>;
  #preparing = 0;
  #running = false;
  #waiting: ((result: Promise<boolean>) => void)[] = [];
  #doors: (() => void)[] = [];

  /** @param run one run; answers whether it went through */
  constructor(run: () => Promise<boolean>) {
    this.#run = run;
  }

  /** While `prepare` works no run begins. */
  async prepare<T>(prepare: () => Promise<T>): Promise<T> {
    // Who waits for a run comes first; otherwise the next preparation would always be in its scenario.
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

  /** Waits for a run that begins from now on; answers whether it went through. */
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
