import { AwsError } from '../shared.ts';

/** Operations of DynamoDB that the engine does not do, by what they belong to. */
const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {
  PartiQL: ['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction'],
  'Kinesis streams': [
    'DescribeKinesisStreamingDestination',
    'DisableKinesisStreamingDestination',
    'EnableKinesisStreamingDestination',
    'UpdateKinesisStreamingDestination',
  ],
  backups: [
    'CreateBackup',
    'DeleteBackup',
    'DescribeBackup',
    'ListBackups',
    'RestoreTableFromBackup',
    'RestoreTableToPointInTime',
  ],
  'imports and exports': [
    'DescribeExport',
    'DescribeImport',
    'ExportTableToPointInTime',
    'ImportTable',
    'ListExports',
    'ListImports',
  ],
  'global tables': [
    'CreateGlobalTable',
    'DescribeGlobalTable',
    'DescribeGlobalTableSettings',
    'DescribeTableReplicaAutoScaling',
    'ListGlobalTables',
    'UpdateGlobalTable',
    'UpdateGlobalTableSettings',
    'UpdateTableReplicaAutoScaling',
  ],
  'contributor insights': [
    'DescribeContributorInsights',
    'ListContributorInsights',
    'UpdateContributorInsights',
  ],
};

/** @param supported the names of the operations that there are */
export function unknownOperation(operation: string, supported: readonly string[]): AwsError {
  const feature = Object.keys(UNSUPPORTED).find((name) => UNSUPPORTED[name]?.includes(operation));
  const reason = feature === undefined ? 'DynamoDB has no such operation' : `it has no ${feature}`;
  return new AwsError(
    'UnknownOperationException',
    `The local DynamoDB does not support ${operation}: ${reason}. It supports ${supported.join(', ')}.`,
  );
}
