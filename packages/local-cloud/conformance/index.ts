/**
 * Runs the engines against behaviour that was recorded or specified elsewhere: executions recorded from AWS
 * Step Functions, the public S3 suite ceph/s3-tests and the public DynamoDB suite nubo-db/dynamodb-conformance.
 */

export { type ReplayResult, replayRecordings } from '../src/states/replay/replay-recordings.ts';
export {
  DYNAMODB_SUITE_FILE,
  type DynamoDbSuiteRun,
  runDynamoDbSuite,
} from './dynamodb-suite.ts';
export type { Outcome, SuiteResult } from './outcome.ts';
export { runRecordedExecutions } from './recorded-executions.ts';
export { runS3Suite, type S3SuiteRun } from './s3-suite.ts';
export { S3_SUITE_FILE } from './suite-file.ts';
