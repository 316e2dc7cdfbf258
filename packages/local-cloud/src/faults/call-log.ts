/** One call, run or event that the fault engine has seen. */
export interface SeenCall {
  /** From 1, without gaps but those of what is forgotten. */
  readonly sequence: number;
  /** ISO 8601 with milliseconds, by the cloud's clock. */
  readonly time: string;
  readonly service: string;
  readonly operation: string;
  /** `roleName/sessionName`, a service's name, `root`, `anonymous`; an event's source. */
  readonly caller: string;
  readonly resource: string;
  /** The rule that was acted on, if one was. */
  readonly rule?: string;
}

/** About 5 MB. */
const LONGEST = 20_000;

/** The last calls; older ones are only counted. */
export class CallLog {
  #calls: SeenCall[] = [];
  #sequence = 0;
  #forgotten = 0;

  add(call: Omit<SeenCall, 'sequence'>): void {
    this.#sequence += 1;
    this.#calls.push({ sequence: this.#sequence, ...call });
    if (this.#calls.length <= LONGEST) return;
    // In larger bites: taking off the first of a long list costs as much as the list is long.
    const bite = LONGEST / 10;
    this.#calls = this.#calls.slice(bite);
    this.#forgotten += bite;
  }

  report(): { readonly calls: readonly SeenCall[]; readonly forgotten: number } {
    return { calls: [...this.#calls], forgotten: this.#forgotten };
  }

  forget(): void {
    this.#calls = [];
    this.#forgotten = 0;
  }
}
