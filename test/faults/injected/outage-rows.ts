import type { FaultRuleInput } from '@reelgate/local-cloud';
import type { Status } from '../../../core/contract/lifecycle.ts';
import type { FaultRow } from './call-rows.ts';
import type { ScenarioName } from './scenarios.ts';
import { CALLERS } from './seen-calls.ts';

const { workflow } = CALLERS;
const update = { service: 'dynamodb', operation: 'UpdateItem' } as const;
const transact = { service: 'dynamodb', operation: 'TransactWriteItems' } as const;
const invoke = { service: 'lambda', operation: 'Invoke' } as const;
const run = { service: 'function', times: 'always' } as const;
const denied = { caller: workflow, kind: 'throttle', times: 'always' } as const;
/** The workflow retries a throttled invocation for about ten minutes, a failed one for one minute. */
const broken = { ...denied, kind: 'server_error' } as const;

interface ServiceOutage {
  readonly what: string;
  readonly rule: FaultRuleInput;
  readonly ends: Status;
  readonly scenario?: ScenarioName;
  readonly alone?: boolean;
}

/** Faults that outlast every retry of the workflow, and how the upload ends. */
const OUTAGES: readonly ServiceOutage[] = [
  { what: 'no claim can be written', rule: { ...update, ...denied }, ends: 'ready' },
  {
    what: 'no inspection can be invoked',
    rule: { ...invoke, ...broken, resource: CALLERS['inspect-media'] },
    ends: 'failed',
  },
  {
    what: 'every inspection crashes',
    rule: { ...run, resource: CALLERS['inspect-media'], kind: 'crash_before' },
    ends: 'failed',
  },
  {
    what: 'nothing can be recorded after the claim',
    rule: { ...transact, ...denied },
    ends: 'failed',
  },
  {
    what: 'no job can be created',
    rule: { service: 'mediaconvert', operation: 'CreateJob', ...denied },
    ends: 'ready',
    scenario: 'outage, waited for',
    // The pause that follows keeps every upload of the cloud from starting.
    alone: true,
  },
  {
    what: 'no publication can be invoked',
    rule: { ...invoke, ...broken, resource: CALLERS['publish-video'] },
    ends: 'failed',
  },
  {
    what: 'every publication crashes',
    rule: { ...run, resource: CALLERS['publish-video'], kind: 'crash_before' },
    ends: 'failed',
  },
  {
    what: 'no announcement is accepted',
    rule: { service: 'events', operation: 'PutEvents', ...denied },
    ends: 'ready',
  },
  {
    what: 'EventBridge cannot start the workflow',
    rule: {
      service: 'states',
      operation: 'StartExecution',
      ...denied,
      caller: CALLERS['object rule'],
    },
    ends: 'ready',
    scenario: 'outage, reconciled during it',
  },
  {
    what: 'no publication can be invoked',
    rule: { ...invoke, ...broken, resource: CALLERS['publish-video'] },
    ends: 'failed',
    scenario: 'outage, reconciled during it',
  },
];

/** Faults that outlast every retry: the upload ends with a reason, or the reconciler repairs it afterwards. */
export function outageRows(): FaultRow[] {
  return OUTAGES.map(({ what, rule, ends, scenario = 'outage, reconciled', alone = false }) => ({
    name: `${what} in every attempt, ${scenario}`,
    covers: ['outage'],
    scenario,
    faults: [{ rule, by: 'upload' }],
    ends,
    mayEnd: [],
    alone,
  }));
}
