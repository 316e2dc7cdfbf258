import type { Context } from '../context.ts';
import { describeEndpointsOperation, describeLimitsOperation } from './account.ts';
import { describeContinuousBackupsOperation, updateContinuousBackupsOperation } from './backups.ts';
import { batchGetItemOperation } from './batch-get-item.ts';
import { batchWriteItemOperation } from './batch-write-item.ts';
import { createTableOperation } from './create-table.ts';
import { getItemOperation } from './get-item.ts';
import { queryOperation } from './query.ts';
import {
  deleteResourcePolicyOperation,
  getResourcePolicyOperation,
  putResourcePolicyOperation,
} from './resource-policies.ts';
import { scanOperation } from './scan.ts';
import { getRecordsOperation, getShardIteratorOperation } from './stream-records.ts';
import { describeStreamOperation, listStreamsOperation } from './streams.ts';
import { deleteTableOperation, describeTableOperation, listTablesOperation } from './tables.ts';
import { listTagsOperation, tagResourceOperation, untagResourceOperation } from './tags.ts';
import { describeTimeToLiveOperation, updateTimeToLiveOperation } from './time-to-live.ts';
import { transactGetItemsOperation } from './transact-get-items.ts';
import { transactWriteItemsOperation } from './transact-write-items.ts';
import { updateTableOperation } from './update-table.ts';
import { deleteItemOperation, putItemOperation, updateItemOperation } from './write-item.ts';

type Operation = (context: Context, body: unknown) => object;

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  BatchGetItem: batchGetItemOperation,
  BatchWriteItem: batchWriteItemOperation,
  CreateTable: createTableOperation,
  DeleteItem: deleteItemOperation,
  DeleteResourcePolicy: deleteResourcePolicyOperation,
  DeleteTable: deleteTableOperation,
  DescribeContinuousBackups: describeContinuousBackupsOperation,
  DescribeEndpoints: describeEndpointsOperation,
  DescribeLimits: describeLimitsOperation,
  DescribeStream: describeStreamOperation,
  DescribeTable: describeTableOperation,
  DescribeTimeToLive: describeTimeToLiveOperation,
  GetItem: getItemOperation,
  GetRecords: getRecordsOperation,
  GetResourcePolicy: getResourcePolicyOperation,
  GetShardIterator: getShardIteratorOperation,
  ListStreams: listStreamsOperation,
  ListTables: listTablesOperation,
  ListTagsOfResource: listTagsOperation,
  PutItem: putItemOperation,
  PutResourcePolicy: putResourcePolicyOperation,
  Query: queryOperation,
  Scan: scanOperation,
  TagResource: tagResourceOperation,
  TransactGetItems: transactGetItemsOperation,
  TransactWriteItems: transactWriteItemsOperation,
  UntagResource: untagResourceOperation,
  UpdateContinuousBackups: updateContinuousBackupsOperation,
  UpdateItem: updateItemOperation,
  UpdateTable: updateTableOperation,
  UpdateTimeToLive: updateTimeToLiveOperation,
};
