import * as z from 'zod';
import { detailsMember, type HistoryEvent } from '../language/history.ts';
import { isObject, type JsonObject } from '../language/json.ts';
import { requireExecution } from './executions.ts';
import type { Operation } from './operation.ts';
import {
  executionArnText,
  maxResults,
  nextToken,
  pageToken,
  readPageToken,
  readParameters,
  seconds,
} from './parameters.ts';

export const getExecutionHistory: Operation = (context, caller, body) => {
  const request = readParameters(
    z.strictObject({
      executionArn: executionArnText,
      maxResults,
      nextToken,
      reverseOrder: z.boolean().optional(),
      includeExecutionData: z.boolean().optional(),
    }),
    body,
  );
  const { executionArn: arn, reverseOrder = false, includeExecutionData = true } = request;
  context.authorize({ caller, action: 'states:GetExecutionHistory', resource: arn });
  requireExecution(context, arn);
  const size = request.maxResults || 100;
  const first = reverseOrder ? context.store.eventCount(arn) : 1;
  const from = request.nextToken === undefined ? first : readPageToken(request.nextToken);
  const events = context.store.events(arn, from, size + 1, reverseOrder);
  const next = events[size]?.id;
  return {
    events: events.slice(0, size).map((event) => apiEvent(event, includeExecutionData)),
    ...(next === undefined ? {} : { nextToken: pageToken(next) }),
  };
};

const PAYLOADS = new Set(['input', 'output', 'parameters', 'assignedVariables']);

function apiEvent(event: HistoryEvent, withData: boolean) {
  const { id, previousEventId, type, timestamp, details } = event;
  return {
    id,
    previousEventId,
    timestamp: seconds(timestamp),
    type,
    ...(details === undefined
      ? {}
      : { [detailsMember(type)]: withData ? details : withoutData(details) }),
  };
}

function withoutData(details: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(details)
      .filter(([name]) => !PAYLOADS.has(name))
      .map(([name, value]) => [name, isObject(value) ? { ...value, truncated: true } : value]),
  );
}
