import { structure } from './container-shapes.ts';
import { tableName } from './item-requests.ts';
import { integer, oneOf, text } from './scalar-shapes.ts';
import { required } from './shape.ts';

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html

const streamArn = text({ min: 37, max: 1024 });
const shardId = text({ min: 28, max: 65 });
const page = integer({ min: 1, max: 100 });

export const listStreams = structure('ListStreamsInput', {
  TableName: tableName,
  Limit: page,
  ExclusiveStartStreamArn: streamArn,
});

export const describeStream = structure('DescribeStreamInput', {
  StreamArn: required(streamArn),
  Limit: page,
  ExclusiveStartShardId: shardId,
});

export const getShardIterator = structure('GetShardIteratorInput', {
  StreamArn: required(streamArn),
  ShardId: required(shardId),
  ShardIteratorType: required(
    oneOf('AFTER_SEQUENCE_NUMBER', 'AT_SEQUENCE_NUMBER', 'LATEST', 'TRIM_HORIZON'),
  ),
  SequenceNumber: text({ min: 21, max: 40 }),
});

export const getRecords = structure('GetRecordsInput', {
  ShardIterator: required(text({ min: 1, max: 2048 })),
  Limit: integer({ min: 1, max: 1000 }),
});
