import * as z from 'zod';
import { functionArn, MAX_SECRET_BYTES, passwordOptions, rotationRules } from './properties.ts';

const SecretId = z.string().min(1).max(2048);
const token = z.string().min(32).max(64);
const versionId = z.string().min(32).max(64);
const stage = z.string().min(1).max(256);
const SecretString = z
  .string()
  .min(1)
  .refine(
    (value) => Buffer.byteLength(value) <= MAX_SECRET_BYTES,
    `must have at most ${MAX_SECRET_BYTES} bytes`,
  );

/**
 * The input of each operation. Other members are refused by name.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/
 */
export const requestSchemas = {
  DescribeSecret: z.strictObject({ SecretId }),
  GetRandomPassword: z.strictObject(passwordOptions),
  GetSecretValue: z.strictObject({
    SecretId,
    VersionId: versionId.optional(),
    VersionStage: stage.optional(),
  }),
  ListSecretVersionIds: z.strictObject({
    SecretId,
    IncludeDeprecated: z.boolean().default(false),
    MaxResults: z.number().int().min(1).max(100).default(100),
    NextToken: z.string().optional(),
  }),
  PutSecretValue: z.strictObject({
    SecretId,
    ClientRequestToken: token.optional(),
    RotationToken: z.string().min(36).max(256).optional(),
    SecretBinary: z.base64().min(1).optional(),
    SecretString: SecretString.optional(),
    VersionStages: z.array(stage).min(1).max(20).optional(),
  }),
  RotateSecret: z.strictObject({
    SecretId,
    ClientRequestToken: token.optional(),
    RotateImmediately: z.boolean().default(true),
    RotationLambdaARN: functionArn.optional(),
    RotationRules: rotationRules.optional(),
  }),
  UpdateSecretVersionStage: z.strictObject({
    SecretId,
    MoveToVersionId: versionId.optional(),
    RemoveFromVersionId: versionId.optional(),
    VersionStage: stage,
  }),
} as const;

export type Operation = keyof typeof requestSchemas;
export type Input<Name extends Operation> = z.output<(typeof requestSchemas)[Name]>;
