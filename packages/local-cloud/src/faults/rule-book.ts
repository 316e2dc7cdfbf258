import { BadFaultRule, type FaultRule, parseRule } from './rule.ts';

/** A rule and what has come of it so far. */
export type ReportedRule = FaultRule & {
  /** What has matched, acted on or not. */
  readonly matched: number;
  /** How often the fault was done. */
  readonly applied: number;
};

interface Entry {
  readonly rule: FaultRule;
  matched: number;
  applied: number;
}

/** The rules that are given, in the order in which they came, each with its count. */
export class RuleBook {
  readonly #entries = new Map<string, Entry>();
  #made = 0;

  /** Adds all or none. Throws BadFaultRule. */
  add(inputs: readonly unknown[]): ReportedRule[] {
    const rules = inputs.map((input) => parseRule(input, () => this.#newId()));
    const taken = new Set(this.#entries.keys());
    for (const { id } of rules) {
      if (taken.has(id)) {
        throw new BadFaultRule(
          `A fault rule is wrong: id: each rule has its own; got ${JSON.stringify(id)} again.`,
        );
      }
      taken.add(id);
    }
    const entries = rules.map((rule) => ({ rule, matched: 0, applied: 0 }));
    for (const entry of entries) this.#entries.set(entry.rule.id, entry);
    return entries.map(report);
  }

  report(): ReportedRule[] {
    return [...this.#entries.values()].map(report);
  }

  /** Takes one rule away, or all; answers whether there was one. */
  remove(id?: string): boolean {
    if (id !== undefined) return this.#entries.delete(id);
    this.#entries.clear();
    return true;
  }

  /** Counts every rule that `matches`, and answers the first of them that is due. */
  take<Rule extends FaultRule>(matches: (rule: FaultRule) => Rule | undefined): Rule | undefined {
    let due: { entry: Entry; rule: Rule } | undefined;
    for (const entry of this.#entries.values()) {
      const rule = matches(entry.rule);
      if (rule === undefined) continue;
      entry.matched += 1;
      if (due === undefined && isDue(entry)) due = { entry, rule };
    }
    if (due === undefined) return undefined;
    due.entry.applied += 1;
    return due.rule;
  }

  #newId(): string {
    let id: string;
    do {
      this.#made += 1;
      id = `fault-${this.#made}`;
    } while (this.#entries.has(id));
    return id;
  }
}

/** Until it has acted as often as it is to: where another rule was first, at the next match. */
function isDue({ rule: { nth, times }, matched, applied }: Entry): boolean {
  return matched >= nth && (times === 'always' || applied < times);
}

function report({ rule, matched, applied }: Entry): ReportedRule {
  return { ...rule, matched, applied };
}
