import { arn } from '../shared/account.ts';
import { AwsError } from '../shared/aws-error.ts';
import { type Access, accessOf, streamOf, type TableKeys } from './engine/index.ts';

/** One permission that a request needs. */
export interface Permission {
  readonly action: string;
  /** ARN of the table, index or stream; `*` for an action without resources. */
  readonly resource: string;
  /** The table whose resource policy applies. */
  readonly table?: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

const ON_ACCOUNT: ReadonlySet<string> = new Set([
  'DescribeEndpoints',
  'DescribeLimits',
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/using-identity-based-policies.html
  'ListStreams',
  'ListTables',
]);

/**
 * The permissions of a request, as the service authorization reference lists them:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 * A transaction needs the permission of each of its actions.
 *
 * Throws the error that the request would have if it cannot be read.
 */
export function permissionsOf(
  operation: string,
  body: unknown,
  tables: TableKeys,
): readonly Permission[] {
  if (ON_ACCOUNT.has(operation)) {
    return [{ action: `dynamodb:${operation}`, resource: '*' }];
  }
  const stream = streamOf(operation, body);
  if (stream !== undefined) return [{ action: `dynamodb:${operation}`, resource: stream }];
  const accesses = accessOf(operation, body, tables);
  return accesses === undefined ? onTable(operation, body) : accesses.map(onItems);
}

export function tableArn(name: string): string {
  return arn('dynamodb', `table/${name}`);
}

function onItems(access: Access): Permission {
  const { table, index } = access;
  return {
    action: `dynamodb:${access.action}`,
    resource: index === undefined ? tableArn(table) : `${tableArn(table)}/index/${index}`,
    table,
    context: contextOf(access),
  };
}

/** A key without a value is absent, as on AWS: `Null` and `ForAllValues` depend on it. */
function contextOf(access: Access): Readonly<Record<string, string | readonly string[]>> {
  const values = {
    'dynamodb:leadingkeys': access.leadingKeys,
    'dynamodb:attributes': access.attributes,
    'dynamodb:select': access.select,
    'dynamodb:returnvalues': access.returnValues,
    'dynamodb:returnconsumedcapacity': access.returnConsumedCapacity,
    'dynamodb:enclosingoperation': access.enclosingOperation,
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      value === undefined || value.length === 0 ? [] : [[key, value]],
    ),
  );
}

function onTable(operation: string, body: unknown): readonly Permission[] {
  const request = (body ?? {}) as Readonly<Record<string, unknown>>;
  const reference = request.TableName ?? request.ResourceArn;
  if (typeof reference !== 'string' || reference === '') {
    throw new AwsError('ValidationException', 'The parameter TableName or ResourceArn is missing.');
  }
  const table = reference.slice(reference.lastIndexOf('/') + 1);
  const actions = [
    operation,
    ...(operation === 'CreateTable' && request.Tags ? ['TagResource'] : []),
    ...(operation === 'CreateTable' && request.ResourcePolicy ? ['PutResourcePolicy'] : []),
  ];
  return actions.map((action) => ({
    action: `dynamodb:${action}`,
    resource: tableArn(table),
    table,
  }));
}
