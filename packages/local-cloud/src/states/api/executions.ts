import * as z from 'zod';
import { AwsError } from '../../shared/aws-error.ts';
import { executionArn } from '../arns.ts';
import { parseJson, stringifyJson } from '../language/json.ts';
import { HISTORY_EVENTS, PAYLOAD_BYTES, utf8Bytes } from '../language/limits.ts';
import { SeededRandom } from '../query/determinism.ts';
import type { ExecutionRow } from '../runtime/rows.ts';
import type { ApiContext, Operation } from './operation.ts';
import {
  causeText,
  checkName,
  errorText,
  executionArnText,
  machineArn,
  maxResults,
  nextToken,
  pageToken,
  readPageToken,
  readParameters,
  seconds,
} from './parameters.ts';
import { requireMachine } from './require-machine.ts';

const REDRIVE_DAYS = 14;
const DAY_MS = 86_400_000;

const startSchema = z.strictObject({
  stateMachineArn: machineArn,
  name: z.string().optional(),
  input: z.string().optional(),
  traceHeader: z.string().max(256).optional(),
});

/** Idempotent by name: with the same name and input, while that execution runs, returns that execution. */
export const startExecution: Operation = (context, caller, body) => {
  const { stateMachineArn: arn, name, input = '{}' } = readParameters(startSchema, body);
  context.authorize({ caller, action: 'states:StartExecution', resource: arn });
  const machine = requireMachine(context, arn);
  const seed = Buffer.from(context.random(32)).toString('hex');
  const executionName = name ?? new SeededRandom(`${seed}:name`).uuid();
  checkName(executionName);
  checkPayload(input, 'InvalidExecutionInput', 'Invalid State Machine Execution Input');
  const row: ExecutionRow = {
    arn: executionArn(machine.name, executionName),
    name: executionName,
    machine_arn: machine.arn,
    machine_name: machine.name,
    definition: machine.definition,
    role_arn: machine.role_arn,
    // Surrounding white space is removed; numbers keep their text.
    input: stringifyJson(parseJson(input)),
    seed,
    started_at: context.clock.now(),
    status: 'RUNNING',
    applied: 0,
    stopped_at: null,
    output: null,
    error: null,
    cause: null,
    redrives: 0,
    redriven_at: null,
  };
  const existing = context.store.find(row.arn);
  if (existing !== undefined && !(existing.status === 'RUNNING' && existing.input === row.input))
    throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${row.arn}'`);
  if (existing === undefined) context.executions.start(row);
  return { executionArn: row.arn, startDate: seconds((existing ?? row).started_at) };
};

export const describeExecution: Operation = (context, caller, body) => {
  const { executionArn: arn } = readParameters(
    z.strictObject({
      executionArn: executionArnText,
      includedData: z.enum(['ALL_DATA', 'METADATA_ONLY']).optional(),
    }),
    body,
  );
  context.authorize({ caller, action: 'states:DescribeExecution', resource: arn });
  const row = requireExecution(context, arn);
  const obstacle = redriveObstacle(context, row);
  return {
    executionArn: row.arn,
    stateMachineArn: row.machine_arn,
    name: row.name,
    status: row.status,
    startDate: seconds(row.started_at),
    input: row.input,
    inputDetails: { included: true },
    ...(row.stopped_at === null ? {} : { stopDate: seconds(row.stopped_at) }),
    ...(row.output === null ? {} : { output: row.output, outputDetails: { included: true } }),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.cause === null ? {} : { cause: row.cause }),
    redriveCount: row.redrives,
    ...(row.redriven_at === null ? {} : { redriveDate: seconds(row.redriven_at) }),
    redriveStatus: obstacle === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(obstacle === undefined ? {} : { redriveStatusReason: obstacle }),
  };
};

export const listExecutions: Operation = (context, caller, body) => {
  const request = readParameters(
    z.strictObject({
      stateMachineArn: machineArn,
      statusFilter: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']).optional(),
      maxResults,
      nextToken,
    }),
    body,
  );
  const arn = request.stateMachineArn;
  context.authorize({ caller, action: 'states:ListExecutions', resource: arn });
  requireMachine(context, arn);
  const offset = readPageToken(request.nextToken);
  const size = request.maxResults || 100;
  const rows = context.store.list({
    machineArn: arn,
    status: request.statusFilter,
    offset,
    limit: size + 1,
  });
  return {
    executions: rows.slice(0, size).map((row) => ({
      executionArn: row.arn,
      stateMachineArn: row.machine_arn,
      name: row.name,
      status: row.status,
      startDate: seconds(row.started_at),
      ...(row.stopped_at === null ? {} : { stopDate: seconds(row.stopped_at) }),
      redriveCount: row.redrives,
      ...(row.redriven_at === null ? {} : { redriveDate: seconds(row.redriven_at) }),
    })),
    ...(rows.length > size ? { nextToken: pageToken(offset + size) } : {}),
  };
};

export const stopExecution: Operation = async (context, caller, body) => {
  const request = readParameters(
    z.strictObject({ executionArn: executionArnText, error: errorText, cause: causeText }),
    body,
  );
  const { executionArn: arn, error, cause } = request;
  context.authorize({ caller, action: 'states:StopExecution', resource: arn });
  const row = requireExecution(context, arn);
  if (row.status === 'RUNNING')
    await context.executions.submit(arn, {
      kind: 'stop',
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    });
  return { stopDate: seconds(requireExecution(context, arn).stopped_at ?? context.clock.now()) };
};

/**
 * Continues from the states that did not succeed:
 * https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 */
export const redriveExecution: Operation = async (context, caller, body) => {
  const { executionArn: arn } = readParameters(
    z.strictObject({
      executionArn: executionArnText,
      clientToken: z.string().min(1).max(64).optional(),
    }),
    body,
  );
  context.authorize({ caller, action: 'states:RedriveExecution', resource: arn });
  const row = requireExecution(context, arn);
  const obstacle = redriveObstacle(context, row);
  if (obstacle !== undefined)
    throw new AwsError('ExecutionNotRedrivable', `${obstacle} Execution: '${arn}'`);
  const now = context.clock.now();
  await context.executions.submit(arn, { kind: 'redrive' }, () => context.store.reopen(arn, now));
  return { redriveDate: seconds(now) };
};

function redriveObstacle(context: ApiContext, row: ExecutionRow): string | undefined {
  if (row.status === 'RUNNING') return 'Execution is RUNNING and cannot be redriven.';
  if (row.status === 'SUCCEEDED') return 'Execution is SUCCEEDED and cannot be redriven.';
  if ((row.stopped_at ?? 0) + REDRIVE_DAYS * DAY_MS < context.clock.now())
    return `Execution ended more than ${REDRIVE_DAYS} days ago and cannot be redriven.`;
  if (context.store.eventCount(row.arn) >= HISTORY_EVENTS - 1)
    return `Execution history has reached ${HISTORY_EVENTS} events and cannot be redriven.`;
  return undefined;
}

export function requireExecution(context: ApiContext, arn: string): ExecutionRow {
  const row = context.store.find(arn);
  if (row !== undefined) return row;
  throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
}

/** Validates a payload: JSON text within the size limit. */
export function checkPayload(text: string, code: string, title: string): void {
  if (utf8Bytes(text) > PAYLOAD_BYTES)
    throw new AwsError(
      'ValidationException',
      `${title}: at most ${PAYLOAD_BYTES} bytes are allowed.`,
    );
  try {
    parseJson(text);
  } catch (error) {
    throw new AwsError(code, `${title}: '${String(error)}'`);
  }
}
