import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Configuration } from './configuration.ts';
import { OutputBucket } from './output-bucket.ts';
import { SourceBucket } from './source-bucket.ts';
import { UploadTable } from './upload-table.ts';

export interface DataStackProps extends StackProps {
  readonly configuration: Configuration;
}

/** What must outlive a deployment: the originals, the outputs and the records. */
export class DataStack extends Stack {
  readonly sourceBucket: Bucket;
  readonly outputBucket: Bucket;
  readonly table: Table;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { allowedOrigins, retainData: retain } = props.configuration;
    this.sourceBucket = new SourceBucket(this, 'Source', { allowedOrigins, retain }).bucket;
    this.outputBucket = new OutputBucket(this, 'Output', { retain }).bucket;
    this.table = new UploadTable(this, 'Uploads', { retain }).table;

    new CfnOutput(this, 'SourceBucketName', { value: this.sourceBucket.bucketName });
    new CfnOutput(this, 'OutputBucketName', { value: this.outputBucket.bucketName });
    new CfnOutput(this, 'TableName', { value: this.table.tableName });
  }
}
