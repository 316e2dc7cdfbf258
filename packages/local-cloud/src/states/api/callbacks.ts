import * as z from 'zod';
import { AwsError } from '../../shared/aws-error.ts';
import type { Caller } from '../../shared/caller.ts';
import type { TaskReport } from '../interpreter/signals.ts';
import { parseJson } from '../language/json.ts';
import { checkPayload } from './executions.ts';
import type { ApiContext, Operation } from './operation.ts';
import { causeText, errorText, readParameters, taskToken } from './parameters.ts';

export const sendTaskSuccess: Operation = async (context, caller, body) => {
  const { taskToken: token, output } = readParameters(
    z.strictObject({ taskToken, output: z.string() }),
    body,
  );
  checkPayload(output, 'InvalidOutput', 'Invalid Output');
  return report(context, caller, 'SendTaskSuccess', token, {
    kind: 'succeeded',
    output: parseJson(output),
  });
};

export const sendTaskFailure: Operation = async (context, caller, body) => {
  const request = readParameters(
    z.strictObject({ taskToken, error: errorText, cause: causeText }),
    body,
  );
  const { taskToken: token, error, cause } = request;
  return report(context, caller, 'SendTaskFailure', token, {
    kind: 'failed',
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  });
};

export const sendTaskHeartbeat: Operation = async (context, caller, body) => {
  const { taskToken: token } = readParameters(z.strictObject({ taskToken }), body);
  return report(context, caller, 'SendTaskHeartbeat', token, { kind: 'heartbeat' });
};

/** An unknown token is InvalidToken; the token of a task that has ended is TaskTimedOut. */
async function report(
  { store, executions, authorize }: ApiContext,
  caller: Caller,
  action: string,
  token: string,
  report: TaskReport,
): Promise<object> {
  const found = store.token(token);
  if (found === undefined) throw new AwsError('InvalidToken', `Invalid Token: '${token}'`);
  const row = store.find(found.execution);
  authorize({ caller, action: `states:${action}`, resource: row?.machine_arn ?? '*' });
  if (found.open === 0)
    throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  await executions.submit(found.execution, { kind: 'task', task: found.task, report }, () => {
    // The token is closed in the same transaction: of two calls at once, one is too late.
    if (report.kind !== 'heartbeat') store.closeToken(token);
  });
  return {};
}
