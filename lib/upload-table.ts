import {
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import {
  BY_OWNER,
  BY_STATUS,
  PARTITION_KEY,
  SORT_KEY,
  TTL_ATTRIBUTE,
} from '../core/uploads/records.ts';

export interface UploadTableProps {
  /** Whether the table is kept when its stack is deleted, and has deletion protection. */
  readonly retain: boolean;
}

/** The table for uploads, quotas, idempotency keys and capabilities. `core/uploads/records.ts` defines its items. */
export class UploadTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: UploadTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: text(PARTITION_KEY),
      sortKey: text(SORT_KEY),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.DEFAULT,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: TTL_ATTRIBUTE,
      deletionProtection: props.retain,
      removalPolicy: props.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: BY_OWNER.indexName,
      partitionKey: text(BY_OWNER.partitionKey),
      sortKey: text(BY_OWNER.sortKey),
      projectionType: ProjectionType.ALL,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: BY_STATUS.indexName,
      partitionKey: text(BY_STATUS.partitionKey),
      sortKey: text(BY_STATUS.sortKey),
      // Keys only: readers get each upload from the table, and each progress update rewrites the index entry.
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }
}

function text(name: string) {
  return { name, type: AttributeType.STRING };
}
