import type { Context } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { readRequest } from '../requests/read-request.ts';
import { listTags, tagResource, untagResource } from '../requests/table-requests.ts';
import { AwsError } from '../shared.ts';
import { findTable, tableOfArn } from './resource-arn.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const MAX_TAGS = 50;

export function tagResourceOperation(context: Context, body: unknown): object {
  const { ResourceArn, Tags } = readRequest(tagResource, body);
  const table = tableOfArn(context, ResourceArn);
  if (Tags.length === 0) throw invalidParameter('Atleast one Tag needs to be provided as Input.');
  const tags = {
    ...table.definition.tags,
    ...Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
  };
  if (Object.keys(tags).length > MAX_TAGS) {
    throw invalidParameter(`Too many tags: a table has at most ${MAX_TAGS}`);
  }
  context.catalog.update(table, { ...table.definition, tags });
  return {};
}

export function untagResourceOperation(context: Context, body: unknown): object {
  const { ResourceArn, TagKeys } = readRequest(untagResource, body);
  const table = tableOfArn(context, ResourceArn);
  if (TagKeys.length === 0) {
    throw invalidParameter('Atleast one Tag Key needs to be provided as Input.');
  }
  const tags = Object.fromEntries(
    Object.entries(table.definition.tags).filter(([key]) => !TagKeys.includes(key)),
  );
  context.catalog.update(table, { ...table.definition, tags });
  return {};
}

export function listTagsOperation(context: Context, body: unknown): object {
  const { ResourceArn } = readRequest(listTags, body);
  const table = findTable(context, ResourceArn);
  // AWS does not reveal whether a table of another account exists.
  if (table === undefined) {
    throw new AwsError(
      'AccessDeniedException',
      `User is not authorized to perform: dynamodb:ListTagsOfResource on resource: ${ResourceArn}`,
    );
  }
  return { Tags: Object.entries(table.definition.tags).map(([Key, Value]) => ({ Key, Value })) };
}
