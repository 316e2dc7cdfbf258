import * as z from 'zod';
import { AwsError } from '../../shared/aws-error.ts';
import type { Caller } from '../../shared/caller.ts';
import { stateMachineArn } from '../arns.ts';
import { checkActions, checkManagedRules } from '../runtime/check-resources.ts';
import type { StateMachineRow } from '../runtime/rows.ts';
import { readDefinition } from '../validation/read-definition.ts';
import { encryptionSchema, loggingSchema, tracingSchema } from './machine-configuration.ts';
import { checkType } from './machine-type.ts';
import type { ApiContext, Operation } from './operation.ts';
import { checkName, machineArn, readParameters, roleArnText, seconds } from './parameters.ts';
import { requireMachine } from './require-machine.ts';

const configuration = {
  loggingConfiguration: loggingSchema.optional(),
  tracingConfiguration: tracingSchema.optional(),
  encryptionConfiguration: encryptionSchema.optional(),
};

const createSchema = z.strictObject({
  name: z.string(),
  definition: z.string(),
  roleArn: roleArnText,
  type: z.string().optional(),
  ...configuration,
});

const updateSchema = z.strictObject({
  stateMachineArn: machineArn,
  definition: z.string().optional(),
  roleArn: roleArnText.optional(),
  ...configuration,
});

export const createStateMachine: Operation = async (context, caller, body) => {
  const request = readParameters(createSchema, body);
  checkName(request.name);
  const arn = stateMachineArn(request.name);
  context.authorize({ caller, action: 'states:CreateStateMachine', resource: arn });
  checkType(request.type);
  await checkDefinition(context, request.definition, request.roleArn, caller);
  const now = context.clock.now();
  const row: StateMachineRow = {
    arn,
    name: request.name,
    definition: request.definition,
    role_arn: request.roleArn,
    logging: textOf(request.loggingConfiguration),
    tracing: textOf(request.tracingConfiguration),
    encryption: textOf(request.encryptionConfiguration),
    revision: newRevision(context),
    created_at: now,
    updated_at: now,
  };
  const existing = context.machines.find(arn);
  if (existing === undefined) context.machines.put(row);
  else if (!sameMachine(existing, row))
    throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
  return { stateMachineArn: arn, creationDate: seconds((existing ?? row).created_at) };
};

export const updateStateMachine: Operation = async (context, caller, body) => {
  const request = readParameters(updateSchema, body);
  const arn = request.stateMachineArn;
  context.authorize({ caller, action: 'states:UpdateStateMachine', resource: arn });
  const existing = requireMachine(context, arn);
  const { definition = existing.definition, roleArn = existing.role_arn } = request;
  await checkDefinition(context, definition, roleArn, caller);
  const now = context.clock.now();
  context.machines.put({
    ...existing,
    definition,
    role_arn: roleArn,
    logging: textOf(request.loggingConfiguration) ?? existing.logging,
    tracing: textOf(request.tracingConfiguration) ?? existing.tracing,
    encryption: textOf(request.encryptionConfiguration) ?? existing.encryption,
    revision: newRevision(context),
    updated_at: now,
  });
  return { updateDate: seconds(now) };
};

/** Stops its running executions, as the service does later. */
export const deleteStateMachine: Operation = async (context, caller, body) => {
  const { stateMachineArn: arn } = readParameters(
    z.strictObject({ stateMachineArn: machineArn }),
    body,
  );
  context.authorize({ caller, action: 'states:DeleteStateMachine', resource: arn });
  context.machines.delete(arn);
  const cause = 'The state machine was deleted.';
  for (const row of context.store.running())
    if (row.machine_arn === arn) await context.executions.submit(row.arn, { kind: 'stop', cause });
  return {};
};

/** @throws AwsError InvalidDefinition, AccessDenied */
async function checkDefinition(
  context: ApiContext,
  definition: string,
  roleArn: string,
  caller: Caller,
): Promise<void> {
  const read = readDefinition(definition);
  await checkActions(read);
  context.authorize({
    caller,
    action: 'iam:PassRole',
    resource: roleArn,
    context: { 'iam:passedtoservice': 'states.amazonaws.com' },
  });
  checkManagedRules(read, roleArn, context.authorize);
}

export function newRevision({ random }: Pick<ApiContext, 'random'>): string {
  return Buffer.from(random(16)).toString('hex');
}

function sameMachine(one: StateMachineRow, other: StateMachineRow): boolean {
  return (
    one.definition === other.definition &&
    one.role_arn === other.role_arn &&
    one.logging === other.logging &&
    one.tracing === other.tracing &&
    one.encryption === other.encryption
  );
}

function textOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
