import type { Json, JsonObject } from '../language/json.ts';

/**
 * The variables of one sequence of states. Branches and iterations can read those of the sequences around
 * them; their own variables end with them.
 */
export class Scope {
  readonly #outer: Scope | undefined;
  readonly #values = new Map<string, Json>();

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  get(name: string): Json | undefined {
    return this.#values.has(name) ? this.#values.get(name) : this.#outer?.get(name);
  }

  assign(values: JsonObject): void {
    for (const [name, value] of Object.entries(values)) this.#values.set(name, value);
  }

  /** All visible variables; inner ones replace outer ones of the same name. */
  all(): JsonObject {
    return { ...this.#outer?.all(), ...Object.fromEntries(this.#values) };
  }
}
