import * as z from 'zod';
import { AwsError } from '../../shared/aws-error.ts';
import type { Caller } from '../../shared/caller.ts';
import { stateMachineArn } from '../arns.ts';
import { checkActions, checkManagedRules } from '../runtime/check-resources.ts';
import type { StateMachineRow } from '../runtime/rows.ts';
import { inspectDefinition, readDefinition } from '../validation/read-definition.ts';
import type { ApiContext, Operation } from './operation.ts';
import {
  checkName,
  machineArn,
  maxResults,
  nextToken,
  pageToken,
  readPageToken,
  readParameters,
  roleArnText,
  seconds,
} from './parameters.ts';

/** LoggingConfiguration with the names of the API. */
export const loggingSchema = z.strictObject({
  level: z.enum(['ALL', 'ERROR', 'FATAL', 'OFF']).optional(),
  includeExecutionData: z.boolean().optional(),
  destinations: z
    .array(
      z.strictObject({
        cloudWatchLogsLogGroup: z.strictObject({ logGroupArn: z.string() }).optional(),
      }),
    )
    .optional(),
});
export const tracingSchema = z.strictObject({ enabled: z.boolean().optional() });
export const encryptionSchema = z.strictObject({
  type: z.enum(['AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY']),
  kmsKeyId: z.string().optional(),
  kmsDataKeyReusePeriodSeconds: z.number().optional(),
});

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

export const describeStateMachine: Operation = (context, caller, body) => {
  const { stateMachineArn: arn } = readParameters(
    z.strictObject({
      stateMachineArn: machineArn,
      includedData: z.enum(['ALL_DATA', 'METADATA_ONLY']).optional(),
    }),
    body,
  );
  context.authorize({ caller, action: 'states:DescribeStateMachine', resource: arn });
  const row = requireMachine(context, arn);
  return {
    stateMachineArn: row.arn,
    name: row.name,
    status: 'ACTIVE',
    definition: row.definition,
    roleArn: row.role_arn,
    type: 'STANDARD',
    creationDate: seconds(row.created_at),
    loggingConfiguration: parsed(row.logging) ?? { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: parsed(row.tracing) ?? { enabled: false },
    encryptionConfiguration: parsed(row.encryption) ?? { type: 'AWS_OWNED_KEY' },
    revisionId: row.revision,
  };
};

export const listStateMachines: Operation = (context, caller, body) => {
  const request = readParameters(z.strictObject({ maxResults, nextToken }), body);
  context.authorize({ caller, action: 'states:ListStateMachines', resource: '*' });
  const offset = readPageToken(request.nextToken);
  const size = request.maxResults || 100;
  const all = context.machines.list();
  return {
    stateMachines: all.slice(offset, offset + size).map((row) => ({
      stateMachineArn: row.arn,
      name: row.name,
      type: 'STANDARD',
      creationDate: seconds(row.created_at),
    })),
    ...(offset + size < all.length ? { nextToken: pageToken(offset + size) } : {}),
  };
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

export const validateStateMachineDefinition: Operation = (context, caller, body) => {
  const request = readParameters(
    z.strictObject({
      definition: z.string(),
      type: z.string().optional(),
      severity: z.enum(['ERROR', 'WARNING']).optional(),
      maxResults: z.number().int().min(0).max(100).optional(),
    }),
    body,
  );
  context.authorize({
    caller,
    action: 'states:ValidateStateMachineDefinition',
    resource: '*',
  });
  checkType(request.type);
  const { problems } = inspectDefinition(request.definition);
  const size = request.maxResults || 100;
  return {
    result: problems.length === 0 ? 'OK' : 'FAIL',
    diagnostics: problems.slice(0, size),
    truncated: problems.length > size,
  };
};

export function requireMachine(context: ApiContext, arn: string): StateMachineRow {
  const row = context.machines.find(arn);
  if (row !== undefined) return row;
  throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}

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

function checkType(type: string | undefined): void {
  if (type === undefined || type === 'STANDARD') return;
  throw new AwsError(
    'ValidationException',
    `State machines of type '${type}' are not supported; expected STANDARD.`,
  );
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

function parsed(text: string | null): unknown {
  return text === null ? undefined : JSON.parse(text);
}
