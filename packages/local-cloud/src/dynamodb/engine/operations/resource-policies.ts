import type { Context } from '../context.ts';
import { validationError } from '../errors.ts';
import { readRequest } from '../requests/read-request.ts';
import { deleteResourcePolicy, putResourcePolicy, resource } from '../requests/table-requests.ts';
import { AwsError } from '../shared.ts';
import { tableOfArn } from './resource-arn.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const MAX_POLICY_BYTES = 20 * 1024;

export function putResourcePolicyOperation(context: Context, body: unknown): object {
  const request = readRequest(putResourcePolicy, body);
  const table = tableOfArn(context, request.ResourceArn);
  const document = readPolicy(request.Policy);
  const { policy } = table.definition;
  const expected = request.ExpectedRevisionId;
  if (expected !== undefined && expected !== (policy?.revision ?? 'NO_POLICY')) {
    throw policyNotFound(request.ResourceArn);
  }
  const revision = context.newId();
  context.catalog.update(table, { ...table.definition, policy: { document, revision } });
  return { RevisionId: revision };
}

export function getResourcePolicyOperation(context: Context, body: unknown): object {
  const { ResourceArn } = readRequest(resource, body);
  const { policy } = tableOfArn(context, ResourceArn).definition;
  if (policy === undefined) throw policyNotFound(ResourceArn);
  return { Policy: policy.document, RevisionId: policy.revision };
}

/** Without a policy nothing happens, as on AWS, unless a revision is expected. */
export function deleteResourcePolicyOperation(context: Context, body: unknown): object {
  const request = readRequest(deleteResourcePolicy, body);
  const table = tableOfArn(context, request.ResourceArn);
  const { policy, ...rest } = table.definition;
  const expected = request.ExpectedRevisionId;
  if (expected !== undefined && expected !== policy?.revision) {
    throw policyNotFound(request.ResourceArn);
  }
  if (policy === undefined) return {};
  context.catalog.update(table, rest);
  return { RevisionId: policy.revision };
}

/** Throws where the policy is too long or no JSON object; what it allows is for the guard to read. */
export function readPolicy(document: string): string {
  if (Buffer.byteLength(document) > MAX_POLICY_BYTES) {
    throw validationError(`Resource policy size exceeds the limit of ${MAX_POLICY_BYTES} bytes`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    throw validationError('Invalid policy document: expected JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || !('Statement' in parsed)) {
    throw validationError('Invalid policy document: expected an object with the member Statement');
  }
  return document;
}

function policyNotFound(resourceArn: string): AwsError {
  return new AwsError(
    'PolicyNotFoundException',
    `Resource-based policy not found for the provided ResourceArn: ${resourceArn}`,
  );
}
