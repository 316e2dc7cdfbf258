import * as z from 'zod';
import { ACCOUNT_ID, PARTITION, REGION } from '../shared/account.ts';

/** The supported runtimes; both run on the host's Node. Others are refused by name. */
const RUNTIMES = ['nodejs24.x', 'nodejs22.x'] as const;
const MAX_ENVIRONMENT_BYTES = 4096;
const MAX_TIMEOUT_SECONDS = 900;

/** Names that Lambda reserves: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const RESERVED_VARIABLES = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

/** CloudFormation has numbers as numbers or as text. */
const integer = (minimum: number, maximum: number) =>
  z.coerce.number().int().min(minimum).max(maximum);

const tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() }));
const arn = z
  .string()
  .regex(new RegExp(`^arn:${PARTITION}:`), `must be an ARN of the partition ${PARTITION}`);

const variables = z
  .record(
    z
      .string()
      .regex(/^[a-zA-Z]\w+$/, 'must begin with a letter and have letters, digits and underscores'),
    z.coerce.string(),
  )
  .superRefine((values, context) => {
    for (const name of Object.keys(values))
      if (RESERVED_VARIABLES.has(name))
        context.addIssue({ code: 'custom', path: [name], message: 'is reserved by Lambda' });
    // A worker thread supports few options of Node; bundlers need this one.
    if ((values.NODE_OPTIONS ?? '--enable-source-maps') !== '--enable-source-maps')
      context.addIssue({
        code: 'custom',
        path: ['NODE_OPTIONS'],
        message: 'may be --enable-source-maps only',
      });
    const bytes = Object.entries(values).reduce(
      (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
      0,
    );
    if (bytes > MAX_ENVIRONMENT_BYTES)
      context.addIssue({
        code: 'custom',
        message: `expected at most ${MAX_ENVIRONMENT_BYTES} bytes in all variables; got ${bytes}`,
      });
  });

/** AWS::Lambda::Function. Layers, images, VPCs and file systems are refused: they are not in the schema. */
export const functionProperties = z.strictObject({
  Architectures: z
    .array(z.enum(['arm64', 'x86_64']))
    .length(1)
    .optional(),
  Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
  DeadLetterConfig: z.strictObject({ TargetArn: arn }).optional(),
  Description: z.string().max(256).optional(),
  Environment: z.strictObject({ Variables: variables }).optional(),
  EphemeralStorage: z.strictObject({ Size: integer(512, 10_240) }).optional(),
  FunctionName: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  Handler: z.string().regex(/^[^\s/]+\.[^\s.]+$/, 'must be <file>.<export>'),
  LoggingConfig: z
    .strictObject({
      LogFormat: z.enum(['Text', 'JSON']).optional(),
      LogGroup: z.string().optional(),
      ApplicationLogLevel: z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']).optional(),
      SystemLogLevel: z.enum(['DEBUG', 'INFO', 'WARN']).optional(),
    })
    .optional(),
  MemorySize: integer(128, 10_240).default(128),
  PackageType: z.literal('Zip').optional(),
  ReservedConcurrentExecutions: integer(0, 1000).optional(),
  Role: arn,
  Runtime: z.enum(RUNTIMES),
  Tags: tags.optional(),
  Timeout: integer(1, MAX_TIMEOUT_SECONDS).default(3),
  TracingConfig: z.strictObject({ Mode: z.enum(['Active', 'PassThrough']) }).optional(),
});
export type FunctionProperties = z.output<typeof functionProperties>;

/** AWS::Lambda::Permission: one statement of the resource policy of a function. */
export const permissionProperties = z.strictObject({
  Action: z.literal('lambda:InvokeFunction'),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceAccount: z.string().optional(),
  SourceArn: arn.optional(),
});
export type PermissionProperties = z.output<typeof permissionProperties>;

const destination = z.strictObject({
  Destination: z
    .string()
    .regex(
      new RegExp(`^arn:${PARTITION}:sqs:${REGION}:${ACCOUNT_ID}:[\\w-]{1,80}$`),
      'must be the ARN of a standard queue of this account and region; the local cloud supports no other destination',
    ),
});

/** AWS::Lambda::EventInvokeConfig: retries, age and destinations of asynchronous invocations. */
export const eventInvokeProperties = z.strictObject({
  DestinationConfig: z
    .strictObject({ OnFailure: destination.optional(), OnSuccess: destination.optional() })
    .optional(),
  FunctionName: z.string(),
  MaximumEventAgeInSeconds: integer(60, 21_600).default(21_600),
  MaximumRetryAttempts: integer(0, 2).default(2),
  Qualifier: z.literal('$LATEST'),
});
export type EventInvokeProperties = z.output<typeof eventInvokeProperties>;
