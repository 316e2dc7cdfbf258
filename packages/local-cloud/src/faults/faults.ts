import type { InterceptCall } from '../endpoint/front-door.ts';
import type { InvokeCall, InvokeResponse } from '../lambda/invocation.ts';
import type { AroundS3Call } from '../s3/http/listener.ts';
import { AwsError } from '../shared/aws-error.ts';
import type { Clock } from '../shared/clock.ts';
import { factsOf, nameOfCaller } from './call-facts.ts';
import { CallFaults } from './call-faults.ts';
import { CallLog, type SeenCall } from './call-log.ts';
import { ConnectionCut } from './connection-cut.ts';
import { type EventGate, RuledEventGate } from './event-gate.ts';
import { failingPutEvents, failingS3Answer } from './failing-answers.ts';
import { halfOf } from './half-answer.ts';
import type { FaultRuleInput } from './rule.ts';
import { type ReportedRule, RuleBook } from './rule-book.ts';
import { createRunFaults, type FaultOfRun } from './run-faults.ts';

/** What a test tells the local cloud to do wrong, and what has come of it. In memory only. */
export interface Faults {
  /** Adds all or none. Throws BadFaultRule naming what was wrong, what came and what is allowed. */
  add(rules: readonly FaultRuleInput[]): ReportedRule[];
  rules(): ReportedRule[];
  /** Takes one rule away, or all; answers whether there was one. */
  remove(id?: string): boolean;
  /** The last 20,000 calls, runs and events, and how many older ones are no longer known. */
  calls(): { readonly calls: readonly SeenCall[]; readonly forgotten: number };
  forgetCalls(): void;
}

/** Where the engines ask. */
export interface FaultEngine extends Faults {
  /** Around calls through the front door. */
  readonly intercept: InterceptCall;
  readonly aroundS3: AroundS3Call;
  /** Around invocations by services in the process, which do not come through the front door. */
  invoke(
    call: InvokeCall,
    next: (call: InvokeCall) => Promise<InvokeResponse>,
  ): Promise<InvokeResponse>;
  readonly ofRun: FaultOfRun;
  readonly gate: EventGate;
  /** Gives up what is held and delayed. */
  close(): void;
}

export interface FaultEngineOptions {
  readonly clock: Clock;
  readonly rules: readonly FaultRuleInput[];
  readonly onFault: (error: unknown) => void;
}

/** Throws BadFaultRule where one of the first rules is wrong. */
export function createFaults({ clock, rules, onFault }: FaultEngineOptions): FaultEngine {
  const book = new RuleBook();
  const log = new CallLog();
  const calls = new CallFaults({ book, log, clock });
  const gate = new RuledEventGate({ book, log, clock, onFault });
  book.add(rules);
  return {
    add: (more) => book.add(more),
    rules: () => book.report(),
    remove: (id) => book.remove(id),
    calls: () => log.report(),
    forgetCalls: () => log.forget(),
    intercept: (call, next) =>
      calls.around(factsOf(call), next, { failing: () => failingPutEvents(call.request) }),
    aroundS3: ({ operation, bucket, key, caller, request }, next) =>
      calls.around(
        {
          service: 's3',
          operation,
          caller: nameOfCaller(caller),
          resource: key === undefined ? (bucket ?? '') : `${bucket}/${key}`,
        },
        next,
        { failing: () => failingS3Answer(operation, request), half: halfOf },
      ),
    invoke: (call, next) =>
      calls
        .around(
          {
            service: 'lambda',
            operation: 'Invoke',
            caller: nameOfCaller(call.caller),
            resource: call.functionArn,
            body: call.payload,
          },
          () => next(call),
        )
        .catch(asServiceSeesIt),
    ofRun: createRunFaults(book, log, clock),
    gate,
    close() {
      calls.close();
      gate.close();
    },
  };
}

/** Between two services there is no connection here that could be cut: the caller sees that Lambda failed. */
function asServiceSeesIt(error: unknown): never {
  if (!(error instanceof ConnectionCut)) throw error;
  throw new AwsError('ServiceException', 'Lambda did not answer: the connection was cut.', 500);
}
