import type { InterruptRun } from '../lambda/interruption.ts';
import type { Clock } from '../shared/clock.ts';
import type { CallLog } from './call-log.ts';
import type { RuleBook } from './rule-book.ts';

/** Interrupts runs of functions as the rules say. */
export function runFaults(book: RuleBook, log: CallLog, clock: Clock): InterruptRun {
  return ({ functionName, payload }) => {
    const found = book.take((rule) => {
      const fits =
        rule.service === 'function' &&
        functionName.includes(rule.resource ?? '') &&
        payload.includes(rule.contains ?? '');
      return fits ? rule : undefined;
    });
    log.add({
      time: new Date(clock.now()).toISOString(),
      service: 'function',
      operation: 'Run',
      caller: 'lambda.amazonaws.com',
      resource: functionName,
      ...(found ? { rule: found.id } : {}),
    });
    return found?.kind;
  };
}
