import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Timer } from '../shared/clock.ts';
import type { Rule } from './rule.ts';

/**
 * Fires rules by their schedule. The time of the next firing is stored, so that a restart does not start a
 * rate again. Firings that fell into a time without a running process, or into a jump of the clock, become
 * one.
 */
export class Schedules {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #fire: (rule: Rule, instant: number) => void;
  readonly #timers = new Map<string, Timer>();

  constructor(database: DatabaseSync, clock: Clock, fire: (rule: Rule, instant: number) => void) {
    this.#database = database;
    this.#clock = clock;
    this.#fire = fire;
  }

  /** Starts a rule's schedule, or stops it if the rule has none or is disabled. */
  start(rule: Rule): void {
    this.#timers.get(rule.arn)?.cancel();
    this.#timers.delete(rule.arn);
    const { ScheduleExpression: expression, State } = rule.properties;
    if (rule.nextFiring === undefined || expression === undefined || State === 'DISABLED') {
      this.stop(rule.arn);
      return;
    }
    const kept = this.#database
      .prepare('SELECT next_at FROM schedules WHERE rule_arn = ? AND expression = ?')
      .get(rule.arn, expression);
    const next = kept === undefined ? rule.nextFiring(this.#clock.now()) : Number(kept.next_at);
    this.#arm(rule, expression, next);
  }

  stop(ruleArn: string): void {
    this.#timers.get(ruleArn)?.cancel();
    this.#timers.delete(ruleArn);
    this.#database.prepare('DELETE FROM schedules WHERE rule_arn = ?').run(ruleArn);
  }

  close(): void {
    for (const timer of this.#timers.values()) timer.cancel();
  }

  #arm(rule: Rule, expression: string, next: number | undefined): void {
    if (next === undefined) return;
    this.#database
      .prepare('INSERT OR REPLACE INTO schedules VALUES (?, ?, ?)')
      .run(rule.arn, expression, next);
    const action = () => {
      this.#fire(rule, next);
      this.#arm(rule, expression, this.#following(rule, next));
    };
    this.#timers.set(rule.arn, this.#clock.at(next, action));
  }

  /** The next firing in the future. A rate keeps its interval. */
  #following(rule: Rule, last: number): number | undefined {
    const now = this.#clock.now();
    const after = rule.nextFiring?.(last);
    if (after === undefined || after > now) return after;
    const step = after - last;
    const isRate = rule.properties.ScheduleExpression?.startsWith('rate') === true;
    return isRate ? last + (Math.floor((now - last) / step) + 1) * step : rule.nextFiring?.(now);
  }
}
