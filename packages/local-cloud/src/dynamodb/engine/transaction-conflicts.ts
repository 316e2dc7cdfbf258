import { pseudoRandom } from './pseudo-random.ts';

export interface TransactionConflictOptions {
  /** Starts the pseudo-random generator. */
  readonly seed: number;
  /** The share of write transactions that are cancelled, from 0 to 1. */
  readonly rate: number;
}

/**
 * Chooses the transactions that are cancelled as if another request were writing one of their items. The
 * engine itself does one request at a time and never has a conflict; on AWS an application must expect them.
 */
export class TransactionConflicts {
  readonly #rate: number;
  readonly #random: () => number;

  constructor({ seed, rate }: TransactionConflictOptions = { seed: 0, rate: 0 }) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new RangeError(`The rate of conflicts is from 0 to 1; got ${rate}.`);
    }
    this.#rate = rate;
    this.#random = pseudoRandom(seed);
  }

  /** The action, counted from 0, that meets a conflict; undefined for a transaction without one. */
  next(actions: number): number | undefined {
    if (this.#rate === 0 || this.#random() >= this.#rate) return undefined;
    return Math.floor(this.#random() * actions);
  }
}
