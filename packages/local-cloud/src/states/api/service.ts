import { AwsError } from '../../shared/aws-error.ts';
import type { Service } from '../../shared/service.ts';
import { sendTaskFailure, sendTaskHeartbeat, sendTaskSuccess } from './callbacks.ts';
import {
  describeExecution,
  listExecutions,
  redriveExecution,
  startExecution,
  stopExecution,
} from './executions.ts';
import { getExecutionHistory } from './history.ts';
import type { ApiContext, Operation } from './operation.ts';
import {
  describeStateMachine,
  listStateMachines,
  validateStateMachineDefinition,
} from './read-machines.ts';
import { createStateMachine, deleteStateMachine, updateStateMachine } from './state-machines.ts';

const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['CreateStateMachine', createStateMachine],
  ['UpdateStateMachine', updateStateMachine],
  ['DescribeStateMachine', describeStateMachine],
  ['ListStateMachines', listStateMachines],
  ['DeleteStateMachine', deleteStateMachine],
  ['ValidateStateMachineDefinition', validateStateMachineDefinition],
  ['StartExecution', startExecution],
  ['DescribeExecution', describeExecution],
  ['ListExecutions', listExecutions],
  ['StopExecution', stopExecution],
  ['RedriveExecution', redriveExecution],
  ['GetExecutionHistory', getExecutionHistory],
  ['SendTaskSuccess', sendTaskSuccess],
  ['SendTaskFailure', sendTaskFailure],
  ['SendTaskHeartbeat', sendTaskHeartbeat],
]);

const TARGET = 'AWSStepFunctions.';

/** The API of Step Functions: https://docs.aws.amazon.com/step-functions/latest/apireference/ */
export function statesService(context: ApiContext): Service {
  return {
    signingName: 'states',
    protocol: 'json-1.0',
    async handle({ caller, headers, body }) {
      const target = headers['x-amz-target'] ?? '';
      const name = target.startsWith(TARGET) ? target.slice(TARGET.length) : target;
      const operation = OPERATIONS.get(name);
      if (operation === undefined)
        throw new AwsError(
          'UnknownOperationException',
          `The operation '${name}' is not supported; supported are ${[...OPERATIONS.keys()].join(', ')}.`,
        );
      const response = await operation(context, caller, body);
      return {
        status: 200,
        headers: { 'content-type': 'application/x-amz-json-1.0' },
        body: JSON.stringify(response),
      };
    },
  };
}
