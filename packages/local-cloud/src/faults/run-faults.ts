import type { Clock } from '../shared/clock.ts';
import type { CallLog } from './call-log.ts';
import type { RunRule } from './rule.ts';
import type { RuleBook } from './rule-book.ts';

/** What happens to the environment in which a function runs. */
export type RunFault = RunRule['kind'];

/** Asked once a run, as it begins. */
export type FaultOfRun = (run: {
  readonly functionName: string;
  readonly payload: string;
}) => RunFault | undefined;

export function createRunFaults(book: RuleBook, log: CallLog, clock: Clock): FaultOfRun {
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
