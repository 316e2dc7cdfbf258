import * as z from 'zod';

const keySchema = z
  .array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
  .min(1);
const units = z.coerce.number().int().min(-1);
const provisioned = z.strictObject({ ReadCapacityUnits: units, WriteCapacityUnits: units });
const onDemand = z.strictObject({
  MaxReadRequestUnits: units.optional(),
  MaxWriteRequestUnits: units.optional(),
});
const projection = z.strictObject({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
  NonKeyAttributes: z.array(z.string()).optional(),
});
const insights = z.strictObject({ Enabled: z.boolean(), Mode: z.string().optional() });

/**
 * Resource policies, imports and replicas are missing, and so refused. Without effect on this
 * machine are backups (PointInTimeRecovery), encryption, table class, insights and tags.
 */
export const tableProperties = z.strictObject({
  AttributeDefinitions: z
    .array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }))
    .min(1),
  BillingMode: z.enum(['PROVISIONED', 'PAY_PER_REQUEST']).default('PROVISIONED'),
  ContributorInsightsSpecification: insights.optional(),
  DeletionProtectionEnabled: z.boolean().default(false),
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: projection,
        ContributorInsightsSpecification: insights.optional(),
        OnDemandThroughput: onDemand.optional(),
        ProvisionedThroughput: provisioned.optional(),
      }),
    )
    .default([]),
  KeySchema: keySchema,
  LocalSecondaryIndexes: z
    .array(z.strictObject({ IndexName: z.string(), KeySchema: keySchema, Projection: projection }))
    .default([]),
  OnDemandThroughput: onDemand.optional(),
  PointInTimeRecoverySpecification: z
    .strictObject({
      PointInTimeRecoveryEnabled: z.boolean(),
      RecoveryPeriodInDays: z.coerce.number().int().optional(),
    })
    .optional(),
  ProvisionedThroughput: provisioned.optional(),
  SSESpecification: z
    .strictObject({
      SSEEnabled: z.boolean(),
      SSEType: z.string().optional(),
      KMSMasterKeyId: z.string().optional(),
    })
    .optional(),
  StreamSpecification: z
    .strictObject({
      StreamViewType: z.enum(['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY']),
    })
    .optional(),
  TableClass: z.enum(['STANDARD', 'STANDARD_INFREQUENT_ACCESS']).optional(),
  TableName: z.string().optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
  TimeToLiveSpecification: z
    .strictObject({ AttributeName: z.string().optional(), Enabled: z.boolean() })
    .optional(),
});

export type TableProperties = z.output<typeof tableProperties>;
export type GlobalIndex = TableProperties['GlobalSecondaryIndexes'][number];
