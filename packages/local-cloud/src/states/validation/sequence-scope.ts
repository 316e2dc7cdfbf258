import type { Json, JsonObject } from '../language/json.ts';
import type { Problems } from './problems.ts';

/** Common properties of the states of one sequence: their transitions and variables. */
export class SequenceScope {
  readonly assigned = new Set<string>();
  readonly inner: { readonly sequence: Json; readonly location: string }[] = [];
  readonly #states: JsonObject;
  readonly #outer: ReadonlySet<string>;
  readonly #problems: Problems;
  readonly #targets = new Set<string>();

  constructor(states: JsonObject, outer: ReadonlySet<string>, problems: Problems) {
    this.#states = states;
    this.#outer = outer;
    this.#problems = problems;
  }

  transition(target: Json | undefined, location: string): void {
    if (typeof target !== 'string')
      this.#problems.add(location, 'The value must be the name of a state');
    else if (!Object.hasOwn(this.#states, target))
      this.#problems.add(
        location,
        `The next state '${target}' does not exist`,
        'MISSING_TRANSITION_TARGET',
      );
    else this.#targets.add(target);
  }

  onward(state: JsonObject, at: string): void {
    const { Next: next, End: end } = state;
    if (end !== undefined && typeof end !== 'boolean')
      this.#problems.add(`${at}/End`, 'The value must be true or false');
    if ((next !== undefined) === (end === true))
      this.#problems.add(at, "A state must have either 'Next' or '\"End\": true'");
    if (next !== undefined) this.transition(next, `${at}/Next`);
  }

  assigns(names: readonly string[], location: string): void {
    for (const name of names) {
      if (this.#outer.has(name))
        this.#problems.add(
          location,
          `The variable '${name}' is assigned in an outer scope and can only be read here`,
        );
      this.assigned.add(name);
    }
  }

  unreachable(location: string): void {
    for (const name of Object.keys(this.#states))
      if (!this.#targets.has(name))
        this.#problems.add(
          `${location}/${name}`,
          `State "${name}" is not reachable.`,
          'MISSING_TRANSITION_TARGET',
        );
  }
}
