import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Configuration } from './configuration.ts';
import { OutputBucket } from './output-bucket.ts';
import { SourceBucket } from './source-bucket.ts';
import type { TokenIssuer } from './token-issuer.ts';
import { UploadTable } from './upload-table.ts';
import { UserPool } from './user-pool.ts';

export interface DataStackProps extends StackProps {
  readonly configuration: Configuration;
}

/** The resources of the data stack that other stacks use. */
export interface DataResources {
  readonly sourceBucket: Bucket;
  readonly outputBucket: Bucket;
  readonly table: Table;
}

/** The data that must outlive a deployment: sources, outputs, records and user accounts. */
export class DataStack extends Stack implements DataResources {
  readonly sourceBucket: Bucket;
  readonly outputBucket: Bucket;
  readonly table: Table;
  readonly tokenIssuer: TokenIssuer;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, { terminationProtection: props.configuration.retainData, ...props });
    const {
      name,
      identity,
      allowedOrigins,
      delivery,
      transferAcceleration,
      upload: { unfinishedHours },
      retainData: retain,
    } = props.configuration;
    this.sourceBucket = new SourceBucket(this, 'Source', {
      allowedOrigins,
      retain,
      transferAcceleration,
      unfinishedHours,
    }).bucket;
    this.outputBucket = new OutputBucket(this, 'Output', {
      retain,
      delivered: delivery === 'cloudfront',
    }).bucket;
    this.table = new UploadTable(this, 'Uploads', { retain }).table;
    this.tokenIssuer =
      identity.foreign ?? new UserPool(this, 'Users', { name, own: identity.own, retain });

    new CfnOutput(this, 'SourceBucketName', { value: this.sourceBucket.bucketName });
    new CfnOutput(this, 'OutputBucketName', { value: this.outputBucket.bucketName });
    new CfnOutput(this, 'TableName', { value: this.table.tableName });
  }
}
