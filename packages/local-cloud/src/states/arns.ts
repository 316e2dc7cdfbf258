import { arn } from '../shared/account.ts';

export function stateMachineArn(name: string): string {
  return arn('states', `stateMachine:${name}`);
}

export function executionArn(machineName: string, name: string): string {
  return arn('states', `execution:${machineName}:${name}`);
}
