import type { Context } from '../context.ts';
import { resourceNotFound, validationError } from '../errors.ts';
import { readRequest } from '../requests/read-request.ts';
import { getRecords, getShardIterator } from '../requests/stream-requests.ts';
import { AwsError, REGION } from '../shared.ts';
import type { WrittenRecord } from '../storage/stream-log.ts';
import { type Stream, shardId } from '../tables/stream.ts';
import { positionOf, sequenceNumber } from '../tables/stream-definition.ts';
import { assertFresh, iteratorText, readIterator } from './shard-iterator.ts';
import { streamOfArn } from './streams.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html */
const MAX_RECORDS = 1000;
const MAX_BYTES = 1024 * 1024;

export function getShardIteratorOperation(context: Context, body: unknown): object {
  const request = readRequest(getShardIterator, body);
  const { StreamArn, ShardId, ShardIteratorType: type, SequenceNumber } = request;
  const stream = streamOfArn(context, StreamArn);
  if (ShardId !== shardId(stream)) {
    throw resourceNotFound(`Shard: ${ShardId} in Stream: ${StreamArn} not found`);
  }
  const behind =
    type === 'TRIM_HORIZON'
      ? stream.startsAfter
      : type === 'LATEST'
        ? context.streams.lastPosition()
        : behindRecord(context, stream, type, SequenceNumber);
  const iterator = { streamArn: StreamArn, behind, madeAt: context.clock.now() };
  return { ShardIterator: iteratorText(iterator) };
}

export function getRecordsOperation(context: Context, body: unknown): object {
  const request = readRequest(getRecords, body);
  const iterator = readIterator(request.ShardIterator);
  const stream = streamOfArn(context, iterator.streamArn);
  const now = context.clock.now();
  assertFresh(iterator, now);
  const limit = request.Limit ?? MAX_RECORDS;
  const page = firstBytes(context.streams.read(stream, iterator.behind, limit));
  const behind = page.at(-1)?.position ?? iterator.behind;
  const ended =
    stream.disabledAt !== undefined && context.streams.read(stream, behind, 1).length === 0;
  return {
    Records: page.map(response),
    ...(!ended && { NextShardIterator: iteratorText({ ...iterator, behind, madeAt: now }) }),
  };
}

function behindRecord(
  context: Context,
  stream: Stream,
  type: 'AFTER_SEQUENCE_NUMBER' | 'AT_SEQUENCE_NUMBER',
  wanted: string | undefined,
): number {
  if (wanted === undefined) {
    throw validationError(`SequenceNumber is required for ShardIteratorType ${type}`);
  }
  const position = positionOf(wanted);
  const { startsAfter } = stream;
  if (
    position === undefined ||
    position <= startsAfter ||
    position > context.streams.lastPosition()
  ) {
    throw validationError(
      `Invalid SequenceNumber: ${wanted} is not in the range of the shard ${shardId(stream)}`,
    );
  }
  const before = type === 'AT_SEQUENCE_NUMBER' ? position - 1 : position;
  if (context.streams.isTrimmed(position)) {
    throw new AwsError(
      'TrimmedDataAccessException',
      'The operation attempted to read past the oldest stream record in a shard.',
    );
  }
  return before;
}

/** At least one record. */
function firstBytes(records: readonly WrittenRecord[]): readonly WrittenRecord[] {
  let bytes = 0;
  const end = records.findIndex(({ record }, index) => {
    bytes += record.SizeBytes;
    return index > 0 && bytes > MAX_BYTES;
  });
  return end === -1 ? records : records.slice(0, end);
}

function response({ position, writtenAt, record }: WrittenRecord): object {
  const { eventName, expired, ...change } = record;
  return {
    eventID: position.toString(16).padStart(32, '0'),
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: REGION,
    dynamodb: {
      // In whole seconds, as on AWS.
      ApproximateCreationDateTime: Math.floor(writtenAt / 1000),
      SequenceNumber: sequenceNumber(position),
      ...change,
    },
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
    ...(expired && { userIdentity: { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' } }),
  };
}
