import type { FaultRuleInput } from '@reelgate/local-cloud';
import type { Status } from '../../../core/contract/lifecycle.ts';
import { CALLS, type RowPlace } from './calls.ts';
import type { PlannedFault } from './scenario-run.ts';
import type { ScenarioName } from './scenarios.ts';
import { CALLERS, type CallSite, parseSite } from './seen-calls.ts';

/** One row of the matrix: one upload in one scenario, with the faults that are injected. */
export interface FaultRow {
  /** The row's name in the report. */
  readonly name: string;
  /** The sample contains at least one row for each of these. */
  readonly covers: readonly string[];
  readonly scenario: ScenarioName;
  readonly faults: readonly PlannedFault[];
  /** The only correct end, if it differs from the scenario's. */
  readonly ends?: Status;
  /** Further correct ends for this fault, each with a reason code. */
  readonly mayEnd: readonly Status[];
  /** Runs alone, because its calls cannot be distinguished from those of other rows. */
  readonly alone: boolean;
}

/** Concurrent uploads on one cloud. */
export const WORKERS = 6;

type Kind = Readonly<Record<string, unknown>> & { readonly kind: string };

/** More than the SDK's three attempts, so that the caller of the function has to retry. */
const LONG_IN_FUNCTION = 5;
const LONG_IN_SERVICE = 4;
const DELAY_MS = 700;

/** Every kind of fault for a call. */
function kindsOf({ who, service, operation }: CallSite): Kind[] {
  const own = ['workflow', 'object rule', 'API Gateway', 'EventBridge'].includes(who);
  const times = own ? LONG_IN_SERVICE : LONG_IN_FUNCTION;
  if (service === 'function') {
    return [
      { kind: 'crash_before' },
      { kind: 'crash_after' },
      { kind: 'timeout' },
      { kind: 'crash_before', times: 2 },
      { kind: 'crash_after', times: 2 },
    ];
  }
  const tellsInResponse = ['CompleteMultipartUpload', 'DeleteObjects', 'PutEvents'];
  const writes = service === 'dynamodb' && operation === 'TransactWriteItems';
  return [
    { kind: 'throttle' },
    { kind: 'throttle', times },
    ...(writes
      ? [
          { kind: 'throttle', code: 'TransactionCanceledException' },
          { kind: 'throttle', code: 'TransactionConflict', times: 3 },
        ]
      : []),
    { kind: 'server_error' },
    { kind: 'server_error', times },
    { kind: 'lost_response' },
    { kind: 'lost_response', times },
    ...(tellsInResponse.includes(operation)
      ? [{ kind: 'error_with_status_200' }, { kind: 'error_with_status_200', times }]
      : []),
    ...(operation === 'GetObject' ? [{ kind: 'truncated_response' }] : []),
    { kind: 'connection_reset' },
    { kind: 'delay', ms: DELAY_MS },
  ];
}

/** The full matrix of calls and kinds of fault. */
export function callRows(): FaultRow[] {
  return Object.entries(CALLS).flatMap(([text, { rows }]) => {
    const site = parseSite(text);
    return rows.flatMap((place) => kindsOf(site).map((kind) => rowOf(text, site, place, kind)));
  });
}

function rowOf(text: string, site: CallSite, place: RowPlace, kind: Kind): FaultRow {
  const by = nameOf(site);
  const { times = 1, code } = kind;
  const said = [kind.kind, code, times === 1 ? '' : `${times} times`].filter(Boolean).join(' ');
  const where = place.nth > 1 && place.state === undefined ? ` (call ${place.nth})` : '';
  const state = place.state === undefined ? '' : ` in ${place.state}`;
  return {
    name: `${said} at ${text}${where}${state}, ${place.scenario}`,
    covers: [
      `${text} ${place.scenario} ${place.nth}`,
      `${kind.kind}${code ? ` ${code}` : ''}${times === 1 ? '' : ', again'}`,
    ],
    scenario: place.scenario,
    faults: [
      ...(site.service === 'sts' ? [forgetful(site)] : []),
      { rule: ruleOf(site, place.nth, kind), by },
    ],
    mayEnd: otherEnds(site, kind),
    // A reconciler run serves all workers, and each worker requests another run if it fails.
    alone: by === 'nobody' && site.who !== 'reconcile-uploads',
  };
}

function ruleOf(
  { who, service, operation, at }: CallSite,
  nth: number,
  kind: Kind,
): FaultRuleInput {
  const caller = CALLERS[who];
  if (service === 'function') {
    return { service, operation: 'Run', resource: caller, nth, ...kind } as FaultRuleInput;
  }
  const resource =
    service === 'lambda'
      ? { resource: CALLERS[at as keyof typeof CALLERS] }
      : operation === 'DeleteObjects' && at !== undefined
        ? { resource: at === 'outputs' ? 'outputbucket' : 'sourcebucket' }
        : {};
  return { service, operation, caller, nth, ...resource, ...kind } as FaultRuleInput;
}

/**
 * A function's environments cache the signer's credentials. Crashing them forces the next environment
 * to call STS.
 */
function forgetful({ who }: CallSite): PlannedFault {
  const rule = { service: 'function', resource: CALLERS[who], kind: 'crash_before' } as const;
  return { rule: { ...rule, times: WORKERS }, by: 'nobody' };
}

/** The name that distinguishes a call from the same call for another upload. */
function nameOf({ who, service, operation, at }: CallSite): PlannedFault['by'] {
  const called = service === 'lambda' ? at : who;
  // A form has its key in the body.
  if (who === 'a form') return 'nobody';
  if (called === 'list-uploads') return operation === 'Query' ? 'owner' : 'key';
  if (called === 'create-upload') {
    if (operation === 'Run' || operation === 'Invoke' || operation === 'GetItem') return 'key';
    if (operation === 'UpdateItem' || service === 'sts') return 'nobody';
    return 'owner';
  }
  if (service === 'sts' || operation === 'DeleteObjects') return 'nobody';
  // The keys of tokens belong to no upload, and neither does the description of the store.
  if (service === 'secretsmanager' || service === 'cloudfront-keyvaluestore') return 'nobody';
  // Only a token is in the body, and the key of the ring names no upload.
  if (operation === 'SendTaskSuccess') return 'nobody';
  const looksForOwner = ['release-slot', 'admit-upload', 'get-upload'].includes(who);
  if (operation === 'Query' && looksForOwner) return 'owner';
  if (who === 'reconcile-uploads' && (operation === 'Query' || operation === 'Run'))
    return 'nobody';
  if (['StopExecution', 'DescribeExecution', 'GetExecutionHistory'].includes(operation)) {
    return 'execution';
  }
  return operation === 'GetJob' || operation === 'CancelJob' ? 'job' : 'upload';
}

/** Ends with a named failure that are correct for a fault. */
function otherEnds({ who, service }: CallSite, { kind, times = 1 }: Kind): Status[] {
  // MediaConvert's own tries are its own: a job that fails ends its upload by name.
  if (who === 'MediaConvert') return kind === 'delay' ? [] : ['failed'];
  const kills = service === 'function' && Number(times) > 1;
  return kills && (who === 'inspect-media' || who === 'publish-video') ? ['failed'] : [];
}
