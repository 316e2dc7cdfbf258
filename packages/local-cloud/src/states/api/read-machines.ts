import * as z from 'zod';
import { inspectDefinition } from '../validation/read-definition.ts';
import { checkType } from './machine-type.ts';
import type { Operation } from './operation.ts';
import {
  machineArn,
  maxResults,
  nextToken,
  pageToken,
  readPageToken,
  readParameters,
  seconds,
} from './parameters.ts';
import { requireMachine } from './require-machine.ts';

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

function parsed(text: string | null): unknown {
  return text === null ? undefined : JSON.parse(text);
}
