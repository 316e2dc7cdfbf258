import type { KeyValueStore } from 'aws-cdk-lib/aws-cloudfront';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { ArnFormat, Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { STORYBOARD_FILE } from '../core/playback/storyboard.ts';
import { EVENT_SOURCE } from '../core/uploads/announcement.ts';
import { FORM_PREFIX, OUTPUT_PREFIX, SOURCE_PREFIX } from '../core/uploads/object-keys.ts';
import {
  BY_OWNER,
  BY_STATUS,
  JOB_PROGRESS_ATTRIBUTES,
  PARTITION_KEY,
  REQUESTS_PREFIX,
  SORT_KEY,
  TTL_ATTRIBUTE,
  UPLOAD_PREFIX,
} from '../core/uploads/records.ts';

/** A policy statement, and the reason for its wildcard if it has one. */
export interface Permission {
  readonly statement: PolicyStatement;
  readonly wildcard?: { readonly resource: string; readonly reason: string };
}

/** Adds `permissions` to the policy of the role. */
export function grant(role: Role, permissions: readonly Permission[]): void {
  for (const permission of permissions) {
    role.addToPolicy(permission.statement);
    acknowledgeWildcard(role, permission);
  }
}

/** Suppresses the cdk-nag finding for the wildcard of a permission, with its reason. */
export function acknowledgeWildcard(
  holder: Construct,
  { wildcard }: Pick<Permission, 'wildcard'>,
): void {
  if (!wildcard) return;
  Validations.of(holder).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${wildcard.resource}]`,
    reason: wildcard.reason,
  });
}

/** `actions` on items of the table. A transaction needs the action of each of its writes. */
export function onTable(table: Table, ...actions: readonly string[]): Permission {
  return {
    statement: new PolicyStatement({ actions: [...actions], resources: [table.tableArn] }),
  };
}

/** Allows counting requests, and no other write to the table. */
export function onRequestCounts(table: Table): Permission {
  return onKeys(onTable(table, 'dynamodb:UpdateItem'), REQUESTS_PREFIX);
}

/** `actions` on uploads, and on no other item: no quota, no capability, no queue. */
export function onUploads(table: Table, ...actions: readonly string[]): Permission {
  return onKeys(onTable(table, ...actions), UPLOAD_PREFIX);
}

/** Allows updating uploads and counting requests, and no other write to the table. */
export function onCountedUploads(table: Table): Permission {
  return onKeys(onTable(table, 'dynamodb:UpdateItem'), UPLOAD_PREFIX, REQUESTS_PREFIX);
}

/** Allows writing the progress of a job, and no other attribute of an upload. */
export function onJobProgress(table: Table): Permission {
  const permission = onUploads(table, 'dynamodb:UpdateItem');
  permission.statement.addCondition('ForAllValues:StringEquals', {
    'dynamodb:Attributes': [...JOB_PROGRESS_ATTRIBUTES],
  });
  return permission;
}

/**
 * Limits a permission to items by the prefixes of their partition keys. `ForAllValues` is true for a request without the
 * key, which `Null` excludes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
function onKeys(permission: Permission, ...prefixes: readonly string[]): Permission {
  permission.statement.addCondition('ForAllValues:StringLike', {
    'dynamodb:LeadingKeys': prefixes.map((prefix) => `${prefix}*`),
  });
  permission.statement.addCondition('Null', { 'dynamodb:LeadingKeys': 'false' });
  return permission;
}

/**
 * Allows reading and writing the attribute `outputSeconds`, and no other: the function that has it parses files of
 * strangers. Without `Select` and `ReturnValues`, a request could get the whole item.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function onOutputBudget(table: Table): readonly Permission[] {
  const attributes = { 'dynamodb:Attributes': [PARTITION_KEY, SORT_KEY, 'outputSeconds'] };
  const read = onTable(table, 'dynamodb:GetItem');
  read.statement.addCondition('ForAllValues:StringEquals', attributes);
  read.statement.addCondition('StringEqualsIfExists', {
    'dynamodb:Select': 'SPECIFIC_ATTRIBUTES',
  });
  const write = onTable(table, 'dynamodb:UpdateItem');
  write.statement.addCondition('ForAllValues:StringEquals', {
    'dynamodb:Attributes': [...attributes['dynamodb:Attributes'], TTL_ATTRIBUTE],
  });
  write.statement.addCondition('StringEqualsIfExists', { 'dynamodb:ReturnValues': 'NONE' });
  return [read, write];
}

/** Allows listing the uploads of an owner. */
export function onOwnersIndex(table: Table): Permission {
  return onIndex(table, BY_OWNER.indexName);
}

/** Allows listing the uploads in a status, of all owners. */
export function onStatusIndex(table: Table): Permission {
  return onIndex(table, BY_STATUS.indexName);
}

function onIndex(table: Table, name: string): Permission {
  const index = `${table.tableArn}/index/${name}`;
  return { statement: new PolicyStatement({ actions: ['dynamodb:Query'], resources: [index] }) };
}

/** `actions` on sources only, not on other objects of the bucket. */
export function onSources(bucket: Bucket, ...actions: readonly string[]): Permission {
  return onObjects(bucket, SOURCE_PREFIX, actions);
}

/**
 * Allows creating a multipart upload and uploading parts. Both need `s3:PutObject`, like PutObject itself, which the
 * condition excludes.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export function onPartsOfSources(bucket: Bucket): Permission {
  const permission = onSources(bucket, 's3:PutObject');
  permission.statement.addCondition('Bool', { 's3:ObjectCreationOperation': 'false' });
  return permission;
}

/**
 * Allows PutObject for a source by presigned URL only. The policy of the bucket requires that the object is new. https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
 */
export function onPresignedSources(bucket: Bucket): Permission {
  const permission = onSources(bucket, 's3:PutObject');
  permission.statement.addCondition('Bool', { 's3:ObjectCreationOperation': 'true' });
  permission.statement.addCondition('StringEquals', { 's3:authType': 'REST-QUERY-STRING' });
  return permission;
}

/** Allows posting files by a form below `forms/`, and no other request. */
export function onPostedForms(bucket: Bucket): Permission {
  const permission = onForms(bucket, 's3:PutObject');
  permission.statement.addCondition('StringEquals', { 's3:authType': 'POST' });
  return permission;
}

/** `actions` on files posted by forms. */
export function onForms(bucket: Bucket, ...actions: readonly string[]): Permission {
  return onObjects(bucket, FORM_PREFIX, actions);
}

/** `actions` on outputs only, not on other objects of the bucket. */
export function onOutputs(bucket: Bucket, ...actions: readonly string[]): Permission {
  return onObjects(bucket, OUTPUT_PREFIX, actions);
}

/** Allows writing the file of a storyboard, and no other output. */
export function onStoryboards(bucket: Bucket): Permission {
  return onOutputFiles(bucket, STORYBOARD_FILE, 's3:PutObject');
}

/** `actions` on the files of that name below every video, and on no other outputs. */
export function onOutputFiles(
  bucket: Bucket,
  name: string,
  ...actions: readonly string[]
): Permission {
  const suffix = `${OUTPUT_PREFIX}*/${name}`;
  return {
    statement: new PolicyStatement({
      actions: [...actions],
      resources: [bucket.arnForObjects(suffix)],
    }),
    wildcard: {
      resource: `${exportName(bucket)}/${suffix}`,
      reason: `The ids of uploads are not known at deployment. Access is limited to ${name}.`,
    },
  };
}

/**
 * `actions` on the bucket itself. With `s3:ListBucket`, S3 returns 404 instead of 403 for a missing object: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export function onBucket(bucket: Bucket, ...actions: readonly string[]): Permission {
  return {
    statement: new PolicyStatement({ actions: [...actions], resources: [bucket.bucketArn] }),
  };
}

function onObjects(bucket: Bucket, prefix: string, actions: readonly string[]): Permission {
  return {
    statement: new PolicyStatement({
      actions: [...actions],
      resources: [bucket.arnForObjects(`${prefix}*`)],
    }),
    wildcard: {
      resource: `${exportName(bucket)}/${prefix}*`,
      reason: `The ids of owners and uploads are not known at deployment. Access is limited to ${prefix}.`,
    },
  };
}

/** Allows sending events with our source to the default event bus. */
export function onBus(scope: Construct): Permission {
  const bus = { service: 'events', resource: 'event-bus', resourceName: 'default' };
  return {
    statement: new PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [Stack.of(scope).formatArn(bus)],
      conditions: { StringEquals: { 'events:source': EVENT_SOURCE } },
    }),
  };
}

/** `actions` on MediaConvert's jobs. */
export function onJobs(scope: Construct, ...actions: readonly string[]): Permission {
  const jobs = { service: 'mediaconvert', resource: 'jobs', resourceName: '*' };
  return {
    statement: new PolicyStatement({
      actions: [...actions],
      resources: [Stack.of(scope).formatArn(jobs)],
    }),
    wildcard: {
      resource: 'arn:<AWS::Partition>:mediaconvert:<AWS::Region>:<AWS::AccountId>:jobs/*',
      reason: 'MediaConvert assigns the id of a job when it creates the job.',
    },
  };
}

/** `actions` on one secret. */
export function onSecret(arn: string, ...actions: readonly string[]): Permission {
  return { statement: new PolicyStatement({ actions: [...actions], resources: [arn] }) };
}

/** `actions` on the values of one key value store. */
export function onKeyValues(store: KeyValueStore, ...actions: readonly string[]): Permission {
  return {
    statement: new PolicyStatement({ actions: [...actions], resources: [store.keyValueStoreArn] }),
  };
}

/** Allows starting executions of one state machine. */
export function onStarts(stateMachine: CfnStateMachine): Permission {
  return {
    statement: new PolicyStatement({
      actions: ['states:StartExecution'],
      resources: [stateMachine.attrArn],
    }),
  };
}

/** `actions` on the executions of one state machine. */
export function onExecutions(
  stateMachine: CfnStateMachine,
  ...actions: readonly string[]
): Permission {
  const stack = Stack.of(stateMachine);
  const executions = stack.formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${stateMachine.attrName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return {
    statement: new PolicyStatement({ actions: [...actions], resources: [executions] }),
    wildcard: {
      resource: `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<${stack.resolve(stateMachine.logicalId)}.Name>:*`,
      reason:
        'An execution gets its name when it starts. Access is limited to the executions of this state machine.',
    },
  };
}

/** The ARN of the bucket as seen from another stack: an import of the exported value. */
function exportName(bucket: Bucket): string {
  const stack = Stack.of(bucket);
  const imported = stack.resolve(stack.exportValue(bucket.bucketArn)) as {
    'Fn::ImportValue': string;
  };
  return imported['Fn::ImportValue'];
}
