import * as z from 'zod';

/** LoggingConfiguration with the names of the API. */
export const loggingSchema = z.strictObject({
  level: z.enum(['ALL', 'ERROR', 'FATAL', 'OFF']).optional(),
  includeExecutionData: z.boolean().optional(),
  destinations: z
    .array(
      z.strictObject({
        cloudWatchLogsLogGroup: z.strictObject({ logGroupArn: z.string() }).optional(),
      }),
    )
    .optional(),
});
export const tracingSchema = z.strictObject({ enabled: z.boolean().optional() });
export const encryptionSchema = z.strictObject({
  type: z.enum(['AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY']),
  kmsKeyId: z.string().optional(),
  kmsDataKeyReusePeriodSeconds: z.number().optional(),
});
