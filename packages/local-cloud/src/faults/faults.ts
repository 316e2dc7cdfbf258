import type { Interception } from '../interception.ts';
import { AwsError } from '../shared/aws-error.ts';
import type { Clock } from '../shared/clock.ts';
import { ConnectionCut } from '../shared/connection-cut.ts';
import { callDetailsOf, callerName } from './call-details.ts';
import { CallFaults } from './call-faults.ts';
import { CallLog, type SeenCall } from './call-log.ts';
import { putEventsErrors, s3ErrorWithStatus200 } from './errors-with-status-200.ts';
import { EventFaults } from './event-faults.ts';
import type { FaultRuleInput } from './rule.ts';
import { type ReportedRule, RuleBook } from './rule-book.ts';
import { runFaults } from './run-faults.ts';
import { truncated } from './truncated-body.ts';

/** The faults of a running cloud: which are injected, and which calls the cloud has seen. In memory only. */
export interface Faults {
  /** Adds all rules or none. Throws BadFaultRule with the member, its value and the allowed values. */
  add(rules: readonly FaultRuleInput[]): ReportedRule[];
  rules(): ReportedRule[];
  /** Removes one rule, or all of them without `id`. Returns false if there is no such rule. */
  remove(id?: string): boolean;
  /** The last 20,000 calls, runs and events; `forgotten` counts the older ones. */
  calls(): { readonly calls: readonly SeenCall[]; readonly forgotten: number };
  forgetCalls(): void;
}

/** The faults, and the interceptors that inject them. */
export interface FaultInjector extends Faults {
  readonly interception: Required<Interception>;
  /** Drops the calls and events that are delayed or held. */
  close(): void;
}

export interface FaultOptions {
  readonly clock: Clock;
  readonly rules: readonly FaultRuleInput[];
  /** Called with the error of an event that was held and then could not be stored. */
  readonly onError: (error: unknown) => void;
}

/** Throws BadFaultRule if one of `rules` is not valid. */
export function createFaults({ clock, rules, onError }: FaultOptions): FaultInjector {
  const book = new RuleBook();
  const log = new CallLog();
  const calls = new CallFaults({ book, log, clock });
  const events = new EventFaults({ book, log, clock, onError });
  book.add(rules);
  return {
    add: (more) => book.add(more),
    rules: () => book.report(),
    remove: (id) => book.remove(id),
    calls: () => log.report(),
    forgetCalls: () => log.forget(),
    interception: {
      call: (call, next) =>
        calls.around(callDetailsOf(call), next, {
          errorWithStatus200: () => putEventsErrors(call.request),
        }),
      s3Call: ({ operation, bucket, key, caller, request }, next) =>
        calls.around(
          {
            service: 's3',
            operation,
            caller: callerName(caller),
            resource: key === undefined ? (bucket ?? '') : `${bucket}/${key}`,
          },
          next,
          {
            ...(request && { errorWithStatus200: () => s3ErrorWithStatus200(operation, request) }),
            truncated,
          },
        ),
      invocation: (call, next) =>
        calls
          .around(
            {
              service: 'lambda',
              operation: 'Invoke',
              caller: callerName(call.caller),
              resource: call.functionArn,
              body: call.payload,
            },
            () => next(call),
          )
          .catch(asServiceException),
      run: runFaults(book, log, clock),
      event: (bus, event, store) => events.intercept(bus, event, store),
    },
    close() {
      calls.close();
      events.close();
    },
  };
}

/** Engines call each other without a connection that could be cut: the caller gets an error of Lambda instead. */
function asServiceException(error: unknown): never {
  if (!(error instanceof ConnectionCut)) throw error;
  throw new AwsError('ServiceException', 'Lambda did not respond: the connection was cut.', 500);
}
