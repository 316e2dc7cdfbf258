import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '../shared/aws-error.ts';
import type { RuleProperties } from './properties.ts';
import { busArn, compileRule, DEFAULT_BUS, type Rule, ruleArn } from './rule.ts';

export interface Bus {
  readonly name: string;
  readonly arn: string;
  readonly statements: Map<string, unknown>;
}

/** Buses and rules. Those of the template are provided again at every start; those of the API are stored. */
export class Rules {
  readonly #database: DatabaseSync;
  readonly #rules = new Map<string, Rule>();
  readonly #buses = new Map<string, Bus>();
  readonly #fromTemplate = new Set<string>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.addBus(DEFAULT_BUS);
    for (const row of database.prepare('SELECT name, properties FROM rules').all()) {
      const rule = compileRule(String(row.name), JSON.parse(String(row.properties)));
      this.#rules.set(rule.arn, rule);
    }
  }

  addBus(name: string): Bus {
    const bus = { name, arn: busArn(name), statements: new Map<string, unknown>() };
    this.#buses.set(name, bus);
    return bus;
  }

  bus(name: string): Bus {
    const bus = this.#buses.get(name);
    if (bus === undefined)
      throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
    return bus;
  }

  buses(): readonly Bus[] {
    return [...this.#buses.values()];
  }

  /** Adds a rule of the template, in place of a rule with that name. */
  declare(name: string, properties: RuleProperties): Rule {
    const rule = compileRule(name, properties);
    this.bus(rule.bus);
    this.#fromTemplate.add(rule.arn);
    this.#rules.set(rule.arn, rule);
    this.#database.prepare('DELETE FROM rules WHERE arn = ?').run(rule.arn);
    return rule;
  }

  /** Adds or changes a rule of the API. Rules of the template can be changed only there. */
  put(name: string, properties: RuleProperties): Rule {
    const rule = compileRule(name, properties);
    this.bus(rule.bus);
    if (this.#fromTemplate.has(rule.arn))
      throw new AwsError(
        'ManagedRuleException',
        `The rule ${name} comes from the template; the local cloud changes it only with the template.`,
      );
    this.#database
      .prepare('INSERT OR REPLACE INTO rules VALUES (?, ?, ?)')
      .run(rule.arn, name, JSON.stringify(properties));
    this.#rules.set(rule.arn, rule);
    return rule;
  }

  remove(rule: Rule): void {
    this.#database.prepare('DELETE FROM rules WHERE arn = ?').run(rule.arn);
    this.#rules.delete(rule.arn);
  }

  byArn(arn: string): Rule | undefined {
    return this.#rules.get(arn);
  }

  find(bus: string, name: string): Rule {
    const rule = this.#rules.get(ruleArn(bus, name));
    if (rule === undefined)
      throw new AwsError(
        'ResourceNotFoundException',
        `Rule ${name} does not exist on EventBus ${bus}.`,
      );
    return rule;
  }

  all(): readonly Rule[] {
    return [...this.#rules.values()];
  }
}
