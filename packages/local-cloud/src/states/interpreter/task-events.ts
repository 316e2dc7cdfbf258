import { REGION } from '../../shared/account.ts';
import { type Json, type JsonObject, stringifyJson } from '../language/json.ts';
import { historyResource, type TaskResource } from '../language/resource.ts';

interface EventForm {
  readonly type: string;
  readonly details?: JsonObject;
}

/** The events of one attempt of a task. A function ARN as Resource has event types of its own. */
export interface TaskEvents {
  readonly scheduled: EventForm;
  readonly started: EventForm;
  readonly succeeded: EventForm;
  readonly failed: EventForm;
  readonly timedOut: EventForm;
  /** `resourceType` and `resource`, for TaskSubmitted. */
  readonly resource: JsonObject;
  /** Seconds. */
  readonly timeout: number | undefined;
  readonly heartbeat: number | undefined;
}

export function taskEvents(
  resource: TaskResource,
  input: Json,
  { timeout, heartbeat }: Pick<TaskEvents, 'timeout' | 'heartbeat'>,
): TaskEvents {
  const timeoutInSeconds = timeout === undefined ? {} : { timeoutInSeconds: timeout };
  const limits = { timeout, heartbeat };
  if (resource.kind === 'function')
    return {
      scheduled: {
        type: 'LambdaFunctionScheduled',
        details: {
          resource: resource.arn,
          input: stringifyJson(input),
          inputDetails: { truncated: false },
          ...timeoutInSeconds,
        },
      },
      started: { type: 'LambdaFunctionStarted' },
      succeeded: { type: 'LambdaFunctionSucceeded' },
      failed: { type: 'LambdaFunctionFailed' },
      timedOut: { type: 'LambdaFunctionTimedOut' },
      resource: {},
      ...limits,
    };
  const details = { resourceType: resource.type, resource: historyResource(resource) };
  return {
    scheduled: {
      type: 'TaskScheduled',
      details: {
        ...details,
        region: REGION,
        parameters: stringifyJson(input),
        ...timeoutInSeconds,
        ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
      },
    },
    started: { type: 'TaskStarted', details },
    succeeded: { type: 'TaskSucceeded', details },
    failed: { type: 'TaskFailed', details },
    timedOut: { type: 'TaskTimedOut', details },
    resource: details,
    ...limits,
  };
}
