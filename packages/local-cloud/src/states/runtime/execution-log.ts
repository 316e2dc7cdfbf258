import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HistoryEvent } from '../language/history.ts';
import { type JsonObject, stringifyJson } from '../language/json.ts';

/** `level` and `includeExecutionData` of a LoggingConfiguration. */
export interface LogLevel {
  readonly level: 'ALL' | 'ERROR' | 'FATAL' | 'OFF';
  readonly includeExecutionData: boolean;
}

export function logLevelOf(logging: string | null): LogLevel {
  const { level = 'OFF', includeExecutionData = false } = JSON.parse(
    logging ?? '{}',
  ) as Partial<LogLevel>;
  return { level, includeExecutionData };
}

const PAYLOADS = new Set(['input', 'output', 'parameters', 'assignedVariables']);
const FATAL = /^Execution(?:Failed|TimedOut|Aborted)$/;
const ERROR = /(?:Failed|TimedOut|Aborted)$/;

/**
 * Lines in the form of Step Functions in CloudWatch Logs, newline-delimited JSON. They are written after the
 * events are stored, so a line can be missing after a crash; the history is complete.
 * https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
 */
export function writeExecutionLog(
  file: string,
  executionArn: string,
  { level, includeExecutionData }: LogLevel,
  events: readonly HistoryEvent[],
): void {
  const wanted = events.filter(
    ({ type }) =>
      level === 'ALL' ||
      (level === 'ERROR' && ERROR.test(type)) ||
      (level === 'FATAL' && FATAL.test(type)),
  );
  if (wanted.length === 0) return;
  const lines = wanted.map((event) => line(event, executionArn, includeExecutionData));
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, lines.join(''));
}

function line(event: HistoryEvent, executionArn: string, withPayloads: boolean): string {
  const details: JsonObject = Object.fromEntries(
    Object.entries(event.details ?? {}).filter(([name]) => withPayloads || !PAYLOADS.has(name)),
  );
  return `${stringifyJson({
    id: String(event.id),
    type: event.type,
    details,
    previous_event_id: String(event.previousEventId),
    event_timestamp: String(event.timestamp),
    execution_arn: executionArn,
  })}\n`;
}
