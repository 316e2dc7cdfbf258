import { AwsError } from '../../shared/aws-error.ts';
import type { StateMachineRow } from '../runtime/rows.ts';
import type { ApiContext } from './operation.ts';

/** @throws AwsError StateMachineDoesNotExist */
export function requireMachine(context: ApiContext, arn: string): StateMachineRow {
  const row = context.machines.find(arn);
  if (row !== undefined) return row;
  throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}
