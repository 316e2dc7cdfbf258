import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  type IAMClient,
  NoSuchEntityException,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
} from '@aws-sdk/lib-dynamodb';
import { parseIntakeItem } from '../../core/uploads/parse-records.ts';
import { INTAKE_KEY } from '../../core/uploads/records.ts';
import { DENY_POLICY_NAME, denyEarlierSessions } from './deny-policy.ts';

/** A deployment, and the clients of an operator. */
export interface IntakeTarget {
  readonly table: string;
  /** Names of the roles that sign grants. */
  readonly signerRoles: readonly string[];
  readonly dynamodb: Pick<DynamoDBDocumentClient, 'send'>;
  readonly iam: Pick<IAMClient, 'send'>;
}

export interface IntakeStatus {
  /** ISO 8601; undefined while uploads and grants are accepted. */
  readonly closedSince: string | undefined;
  /** Roles whose live grants are denied. */
  readonly deniedRoles: readonly string[];
}

/**
 * Ends new uploads and grants, then the grants that are live. What S3 has received is still processed.
 * @param now milliseconds since the epoch
 */
export async function closeIntake(target: IntakeTarget, now: number): Promise<void> {
  const since = new Date(now).toISOString();
  await target.dynamodb.send(
    new PutCommand({ TableName: target.table, Item: { ...INTAKE_KEY, closed: true, since } }),
  );
  for (const RoleName of target.signerRoles) {
    await target.iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: DENY_POLICY_NAME,
        PolicyDocument: JSON.stringify(denyEarlierSessions(now)),
      }),
    );
  }
}

/** Undoes `closeIntake`; grants that have not expired work again. */
export async function openIntake(target: IntakeTarget): Promise<void> {
  for (const RoleName of target.signerRoles) {
    await orAbsent(
      target.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: DENY_POLICY_NAME })),
    );
  }
  await target.dynamodb.send(
    new DeleteCommand({ TableName: target.table, Key: { ...INTAKE_KEY } }),
  );
}

export async function intakeStatus(target: IntakeTarget): Promise<IntakeStatus> {
  const { Item } = await target.dynamodb.send(
    new GetCommand({ TableName: target.table, Key: { ...INTAKE_KEY }, ConsistentRead: true }),
  );
  const item = Item && parseIntakeItem(Item);
  const deniedRoles: string[] = [];
  for (const RoleName of target.signerRoles) {
    const found = await orAbsent(
      target.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: DENY_POLICY_NAME })),
    );
    if (found) deniedRoles.push(RoleName);
  }
  return { closedSince: item?.closed ? item.since : undefined, deniedRoles };
}

async function orAbsent<Result>(call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof NoSuchEntityException) return undefined;
    throw error;
  }
}
