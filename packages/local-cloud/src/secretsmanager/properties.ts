import * as z from 'zod';
import { PARTITION } from '../shared/account.ts';
import { compileRotationSchedule } from './rotation-window.ts';

const integer = (minimum: number, maximum: number) =>
  z.coerce.number().int().min(minimum).max(maximum);
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
const tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() }));

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
export const MAX_SECRET_BYTES = 65_536;
const text = z
  .string()
  .refine(
    (value) => Buffer.byteLength(value) <= MAX_SECRET_BYTES,
    `must have at most ${MAX_SECRET_BYTES} bytes`,
  );

/** The options of GetRandomPassword, which GenerateSecretString uses too. */
export const passwordOptions = {
  ExcludeCharacters: z.string().max(4096).default(''),
  ExcludeLowercase: flag.default(false),
  ExcludeNumbers: flag.default(false),
  ExcludePunctuation: flag.default(false),
  ExcludeUppercase: flag.default(false),
  IncludeSpace: flag.default(false),
  PasswordLength: integer(1, 4096).default(32),
  RequireEachIncludedType: flag.default(true),
};

const generated = z
  .strictObject({
    ...passwordOptions,
    GenerateStringKey: z.string().optional(),
    SecretStringTemplate: z.string().optional(),
  })
  .refine(
    ({ GenerateStringKey, SecretStringTemplate }) =>
      (GenerateStringKey === undefined) === (SecretStringTemplate === undefined),
    'GenerateStringKey and SecretStringTemplate need each other',
  )
  .refine(
    ({ SecretStringTemplate }) => isJsonObject(SecretStringTemplate ?? '{}'),
    'SecretStringTemplate must be a JSON object',
  );
export type GeneratedSecret = z.output<typeof generated>;

/** AWS::SecretsManager::Secret. Replicas are refused. Encryption is accepted and has no effect on one machine. */
export const secretProperties = z
  .strictObject({
    Description: z.string().max(2048).optional(),
    GenerateSecretString: generated.optional(),
    KmsKeyId: z.string().optional(),
    Name: z
      .string()
      .regex(/^[\w/+=.@-]{1,512}$/, 'must be letters, digits and /_+=.@-')
      .optional(),
    SecretString: text.optional(),
    Tags: tags.optional(),
  })
  .refine(
    ({ GenerateSecretString, SecretString }) =>
      GenerateSecretString === undefined || SecretString === undefined,
    'only one of GenerateSecretString and SecretString is possible',
  );
export type SecretProperties = z.output<typeof secretProperties>;

/** AWS::SecretsManager::ResourcePolicy. The policy evaluator validates the document. */
export const resourcePolicyProperties = z.strictObject({
  BlockPublicPolicy: flag.optional(),
  ResourcePolicy: z.record(z.string(), z.unknown()),
  SecretId: z.string(),
});

export const rotationRules = z
  .strictObject({
    AutomaticallyAfterDays: integer(1, 1000).optional(),
    Duration: z
      .string()
      .regex(/^([1-9]|1\d|2[0-4])h$/, 'must be 1h to 24h')
      .optional(),
    ScheduleExpression: z.string().optional(),
  })
  .check(({ value, issues }) => {
    try {
      compileRotationSchedule(value);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      issues.push({ code: 'custom', input: value, message });
    }
  });

export const functionArn = z
  .string()
  .regex(new RegExp(`^arn:${PARTITION}:lambda:`), 'must be the ARN of a function');

/**
 * AWS::SecretsManager::RotationSchedule with a function of the template. HostedRotationLambda, which lets
 * CloudFormation create the function, is refused.
 */
export const rotationScheduleProperties = z.strictObject({
  RotateImmediatelyOnUpdate: flag.default(true),
  RotationLambdaARN: functionArn,
  RotationRules: rotationRules.optional(),
  SecretId: z.string(),
});
export type RotationScheduleProperties = z.output<typeof rotationScheduleProperties>;

function isJsonObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
