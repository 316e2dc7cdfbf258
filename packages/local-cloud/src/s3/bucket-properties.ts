import * as z from 'zod';
import { CORS_METHODS } from './operations/bucket-cors.ts';
import { OWNERSHIPS } from './operations/ownership.ts';
import type { BucketSettings, LifecycleRule } from './store/settings.ts';

const days = z.coerce.number().int().positive();
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

const encryption = z.strictObject({
  ServerSideEncryptionConfiguration: z
    .array(
      z.strictObject({
        BucketKeyEnabled: flag.optional(),
        // KMS is not supported.
        ServerSideEncryptionByDefault: z.strictObject({ SSEAlgorithm: z.literal('AES256') }),
      }),
    )
    .length(1),
});

const cors = z.strictObject({
  CorsRules: z
    .array(
      z.strictObject({
        Id: z.string().optional(),
        AllowedHeaders: z.array(z.string()).default([]),
        AllowedMethods: z.array(z.enum(CORS_METHODS)).min(1),
        AllowedOrigins: z.array(z.string()).min(1),
        ExposedHeaders: z.array(z.string()).default([]),
        MaxAge: z.coerce.number().int().nonnegative().optional(),
      }),
    )
    .min(1),
});

const lifecycleRule = z.strictObject({
  Id: z.string().optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Prefix: z.string().default(''),
  AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: days }).optional(),
  NoncurrentVersionExpiration: z
    .strictObject({ NoncurrentDays: days, NewerNoncurrentVersions: days.optional() })
    .optional(),
  ExpirationInDays: days.optional(),
  ExpiredObjectDeleteMarker: flag.optional(),
});

/** The supported properties of a bucket. Others are refused by name. */
export const bucketProperties = z.strictObject({
  BucketName: z.string().optional(),
  BucketEncryption: encryption.optional(),
  PublicAccessBlockConfiguration: z
    .strictObject({
      BlockPublicAcls: flag.default(false),
      BlockPublicPolicy: flag.default(false),
      IgnorePublicAcls: flag.default(false),
      RestrictPublicBuckets: flag.default(false),
    })
    .optional(),
  OwnershipControls: z
    .strictObject({
      Rules: z.array(z.strictObject({ ObjectOwnership: z.enum(OWNERSHIPS) })).length(1),
    })
    .optional(),
  VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
  // Transfer acceleration is accepted and has no effect: the local cloud has no edge locations.
  AccelerateConfiguration: z
    .strictObject({ AccelerationStatus: z.enum(['Enabled', 'Suspended']) })
    .optional(),
  CorsConfiguration: cors.optional(),
  LifecycleConfiguration: z.strictObject({ Rules: z.array(lifecycleRule).min(1) }).optional(),
  NotificationConfiguration: z
    .strictObject({
      EventBridgeConfiguration: z.strictObject({ EventBridgeEnabled: flag.default(true) }),
    })
    .optional(),
  // Access logging is accepted, but no logs are written.
  LoggingConfiguration: z
    .strictObject({
      DestinationBucketName: z.string().optional(),
      LogFilePrefix: z.string().optional(),
    })
    .optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).default([]),
});

/** The settings that a template gives a bucket, with the defaults of AWS. */
export function settingsOf(properties: z.output<typeof bucketProperties>): BucketSettings {
  const block = properties.PublicAccessBlockConfiguration;
  return {
    versioning: properties.VersioningConfiguration?.Status ?? 'Unversioned',
    ownership: properties.OwnershipControls?.Rules[0]?.ObjectOwnership ?? 'BucketOwnerEnforced',
    acl: 'private',
    cors: properties.CorsConfiguration?.CorsRules.map((rule) => ({
      ...(rule.Id === undefined ? {} : { id: rule.Id }),
      allowedHeaders: rule.AllowedHeaders,
      allowedMethods: rule.AllowedMethods,
      allowedOrigins: rule.AllowedOrigins,
      exposedHeaders: rule.ExposedHeaders,
      ...(rule.MaxAge === undefined ? {} : { maxAge: rule.MaxAge }),
    })),
    lifecycle: properties.LifecycleConfiguration?.Rules.flatMap(lifecycleRuleOf),
    publicAccess: {
      blockPublicAcls: block?.BlockPublicAcls ?? true,
      ignorePublicAcls: block?.IgnorePublicAcls ?? true,
      blockPublicPolicy: block?.BlockPublicPolicy ?? true,
      restrictPublicBuckets: block?.RestrictPublicBuckets ?? true,
    },
    tags: properties.Tags.map(({ Key, Value }) => [Key, Value] as const),
    eventBridge:
      properties.NotificationConfiguration?.EventBridgeConfiguration.EventBridgeEnabled ?? false,
  };
}

function lifecycleRuleOf(rule: z.output<typeof lifecycleRule>): LifecycleRule[] {
  if (rule.Status === 'Disabled') return [];
  const noncurrent = rule.NoncurrentVersionExpiration;
  return [
    {
      ...(rule.Id === undefined ? {} : { id: rule.Id }),
      prefix: rule.Prefix,
      ...(rule.AbortIncompleteMultipartUpload
        ? { abortIncompleteAfterDays: rule.AbortIncompleteMultipartUpload.DaysAfterInitiation }
        : {}),
      ...(noncurrent
        ? {
            noncurrentExpiration: {
              days: noncurrent.NoncurrentDays,
              ...(noncurrent.NewerNoncurrentVersions === undefined
                ? {}
                : { keep: noncurrent.NewerNoncurrentVersions }),
            },
          }
        : {}),
      ...(rule.ExpirationInDays === undefined ? {} : { expirationDays: rule.ExpirationInDays }),
      ...(rule.ExpiredObjectDeleteMarker ? { expiredObjectDeleteMarker: true } : {}),
    },
  ];
}
