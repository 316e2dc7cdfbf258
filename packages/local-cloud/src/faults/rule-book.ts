import { BadFaultRule, type FaultRule, parseRule } from './rule.ts';

/** A rule and its counters. */
export type ReportedRule = FaultRule & {
  /** Number of matches, with and without effect. */
  readonly matched: number;
  /** Number of times the fault was injected. */
  readonly applied: number;
};

interface Entry {
  readonly rule: FaultRule;
  matched: number;
  applied: number;
}

/** The rules in the order in which they were added, with their counters. */
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
          `The fault rule is not valid: id: expected an id that no other rule has; got ${JSON.stringify(id)}.`,
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

  /** Removes one rule, or all of them without `id`. Returns false if there is no such rule. */
  remove(id?: string): boolean {
    if (id !== undefined) return this.#entries.delete(id);
    this.#entries.clear();
    return true;
  }

  /** Counts a match for every rule that `matches`, and returns the first of them that is due. */
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

/** A rule that was due while an earlier rule was applied stays due for its next match. */
function isDue({ rule: { nth, times }, matched, applied }: Entry): boolean {
  return matched >= nth && (times === 'always' || applied < times);
}

function report({ rule, matched, applied }: Entry): ReportedRule {
  return { ...rule, matched, applied };
}
