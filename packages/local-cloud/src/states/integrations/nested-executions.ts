import { isObject, type Json, type JsonObject, stringifyJson } from '../language/json.ts';
import { type Integration, objectArguments, type TaskCall, TaskError } from './integration.ts';
import { optimizedCall } from './optimized-calls.ts';
import { jsonOrText } from './sdk-integration.ts';

const NAMING = { prefix: 'StepFunctions', otherwise: 'AWSStepFunctionsException' };

/**
 * `states:startExecution`: https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html.
 * With `.sync`, input and output are text; with `.sync:2` they are JSON.
 */
export function startExecution(asJson: boolean): Integration {
  return {
    async call(task) {
      const {
        StateMachineArn: machine,
        Name: name,
        Input: input = {},
        ...rest
      } = objectArguments(task);
      const [unknown] = Object.keys(rest);
      if (unknown !== undefined)
        throw new TaskError('States.Runtime', `StartExecution has no parameter ${unknown}.`);
      const { executionArn, startDate, ...metadata } = await optimizedCall(
        task,
        'sfn',
        NAMING,
        'startExecution',
        {
          stateMachineArn: machine ?? '',
          // The same attempt, repeated after a restart, starts no second execution.
          name: name ?? task.key,
          input: typeof input === 'string' ? input : stringifyJson(input),
        },
      );
      return { ExecutionArn: executionArn ?? null, StartDate: startDate ?? null, ...metadata };
    },
    job: {
      managedRule: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
      idOf: executionArnIn,
      async look(task, id) {
        const execution = await describe(task, id, asJson);
        if (execution.Status === 'RUNNING') return undefined;
        if (execution.Status === 'SUCCEEDED') return execution;
        throw new TaskError('States.TaskFailed', stringifyJson(execution));
      },
      async cancel(task, id) {
        await optimizedCall(task, 'sfn', NAMING, 'stopExecution', { executionArn: id });
      },
    },
  };
}

function executionArnIn(submitted: Json): string {
  const id = isObject(submitted) ? submitted.ExecutionArn : undefined;
  if (typeof id === 'string') return id;
  throw new TaskError('States.TaskFailed', 'StartExecution returned no execution.');
}

async function describe(task: TaskCall, id: string, asJson: boolean): Promise<JsonObject> {
  const response = await optimizedCall(task, 'sfn', NAMING, 'describeExecution', {
    executionArn: id,
  });
  const members = Object.entries(response).filter(([name]) => !name.startsWith('Sdk'));
  const payload = (name: string, value: Json): Json =>
    asJson && (name === 'input' || name === 'output') && typeof value === 'string'
      ? jsonOrText(value)
      : value;
  return Object.fromEntries(
    members.map(([name, value]) => [
      `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      payload(name, value),
    ]),
  );
}
