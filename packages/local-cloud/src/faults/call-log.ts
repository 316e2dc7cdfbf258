/** One call, run or event that reached an interceptor. */
export interface SeenCall {
  /** From 1, without gaps; the oldest entries are deleted. */
  readonly sequence: number;
  /** ISO 8601 with milliseconds, by the cloud's clock. */
  readonly time: string;
  readonly service: string;
  readonly operation: string;
  /** `roleName/sessionName`, a service's name, `root`, `anonymous`; an event's source. */
  readonly caller: string;
  readonly resource: string;
  /** Id of the rule that was applied, if any. */
  readonly rule?: string;
}

/** About 5 MB. */
const MAX_CALLS = 20_000;

/** Holds the last MAX_CALLS calls, and the number of older ones. */
export class CallLog {
  #calls: SeenCall[] = [];
  #sequence = 0;
  #forgotten = 0;

  add(call: Omit<SeenCall, 'sequence'>): void {
    this.#sequence += 1;
    this.#calls.push({ sequence: this.#sequence, ...call });
    if (this.#calls.length <= MAX_CALLS) return;
    // A tenth at once: each removal copies the whole list.
    const count = MAX_CALLS / 10;
    this.#calls = this.#calls.slice(count);
    this.#forgotten += count;
  }

  report(): { readonly calls: readonly SeenCall[]; readonly forgotten: number } {
    return { calls: [...this.#calls], forgotten: this.#forgotten };
  }

  forget(): void {
    this.#calls = [];
    this.#forgotten = 0;
  }
}
