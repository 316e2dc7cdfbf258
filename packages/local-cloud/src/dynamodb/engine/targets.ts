import { AwsError } from './shared.ts';

/** The APIs and their operations; those that `STREAMS` has belong to the second one. */
const TABLES_API = 'DynamoDB_20120810.';
const STREAMS_API = 'DynamoDBStreams_20120810.';
const STREAMS = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'];

/**
 * The operation that a request's `X-Amz-Target` names. Throws AwsError UnknownOperationException for a target of
 * another service, and for an operation of the other API.
 */
export function operationOf(target: string): string {
  const api = [TABLES_API, STREAMS_API].find((each) => target.startsWith(each));
  const operation = target.slice(api?.length ?? 0);
  if (api !== undefined && STREAMS.includes(operation) === (api === STREAMS_API)) return operation;
  throw new AwsError(
    'UnknownOperationException',
    `X-Amz-Target is "${target}"; expected ${TABLES_API} and an operation, or ${STREAMS_API} and one of ${STREAMS.join(', ')}.`,
  );
}
