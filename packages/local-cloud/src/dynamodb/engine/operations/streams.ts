import type { Context } from '../context.ts';
import { resourceNotFound } from '../errors.ts';
import { readRequest } from '../requests/read-request.ts';
import { describeStream, listStreams } from '../requests/stream-requests.ts';
import { type Stream, shardId } from '../tables/stream.ts';
import { sequenceNumber, streamArn } from '../tables/stream-definition.ts';

const MAX_STREAMS_A_PAGE = 100;

export function listStreamsOperation(context: Context, body: unknown): object {
  const request = readRequest(listStreams, body);
  const { TableName: reference, ExclusiveStartStreamArn: start } = request;
  const tableName = reference?.slice(reference.lastIndexOf('/') + 1);
  const streams = context.streams
    .all()
    .filter((stream) => tableName === undefined || stream.tableName === tableName);
  const first = start === undefined ? 0 : streams.findIndex((each) => arnOf(each) === start) + 1;
  const rest = streams.slice(first);
  const page = rest.slice(0, request.Limit ?? MAX_STREAMS_A_PAGE);
  const last = rest.length > page.length ? page.at(-1) : undefined;
  return {
    Streams: page.map((stream) => ({
      StreamArn: arnOf(stream),
      TableName: stream.tableName,
      StreamLabel: stream.label,
    })),
    ...(last && { LastEvaluatedStreamArn: arnOf(last) }),
  };
}

export function describeStreamOperation(context: Context, body: unknown): object {
  const request = readRequest(describeStream, body);
  const stream = streamOfArn(context, request.StreamArn);
  const shard = {
    ShardId: shardId(stream),
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceNumber(stream.startsAfter + 1),
      ...(stream.disabledAt !== undefined && {
        EndingSequenceNumber: sequenceNumber(lastPosition(context, stream)),
      }),
    },
  };
  return {
    StreamDescription: {
      StreamArn: request.StreamArn,
      StreamLabel: stream.label,
      StreamStatus: stream.disabledAt === undefined ? 'ENABLED' : 'DISABLED',
      StreamViewType: stream.viewType,
      CreationRequestDateTime: stream.createdAt / 1000,
      TableName: stream.tableName,
      KeySchema: stream.keySchema,
      Shards: request.ExclusiveStartShardId === shard.ShardId ? [] : [shard],
    },
  };
}

export function streamOfArn(context: Context, wanted: string): Stream {
  const stream = context.streams.all().find((each) => arnOf(each) === wanted);
  if (stream === undefined) throw resourceNotFound(`Stream: ${wanted} not found`);
  return stream;
}

export function arnOf({ tableName, label }: Stream): string {
  return streamArn(tableName, label);
}

/** Of the stream's records that are kept; the position before its first one without any. */
function lastPosition(context: Context, stream: Stream): number {
  const records = context.streams.read(stream, 0, Number.MAX_SAFE_INTEGER);
  return records.at(-1)?.position ?? stream.startsAfter + 1;
}
