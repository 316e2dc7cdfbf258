import * as z from 'zod';
import { AwsError } from '../shared/aws-error.ts';
import type { Clock } from '../shared/clock.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import { newRevision } from './api/state-machines.ts';
import { stateMachineArn } from './arns.ts';
import type { RandomBytes } from './random-bytes.ts';
import { checkActions, loadClients } from './runtime/check-resources.ts';
import type { MachineStore } from './runtime/machine-store.ts';
import { readDefinition } from './validation/read-definition.ts';

const schema = z
  .strictObject({
    DefinitionString: z.string().optional(),
    Definition: z.record(z.string(), z.unknown()).optional(),
    DefinitionS3Location: z
      .strictObject({ Bucket: z.string(), Key: z.string(), Version: z.never().optional() })
      .optional(),
    DefinitionSubstitutions: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional(),
    RoleArn: z.string(),
    StateMachineName: z.string().optional(),
    StateMachineType: z.literal('STANDARD').optional(),
    LoggingConfiguration: z
      .strictObject({
        Level: z.enum(['ALL', 'ERROR', 'FATAL', 'OFF']).optional(),
        IncludeExecutionData: z.boolean().optional(),
        Destinations: z
          .array(
            z.strictObject({
              CloudWatchLogsLogGroup: z.strictObject({ LogGroupArn: z.string() }).optional(),
            }),
          )
          .optional(),
      })
      .optional(),
    TracingConfiguration: z.strictObject({ Enabled: z.boolean().optional() }).optional(),
    EncryptionConfiguration: z
      .strictObject({
        Type: z.enum(['AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY']),
        KmsKeyId: z.string().optional(),
        KmsDataKeyReusePeriodSeconds: z.number().optional(),
      })
      .optional(),
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
  })
  .refine(
    ({ DefinitionString, Definition, DefinitionS3Location }) =>
      [DefinitionString, Definition, DefinitionS3Location].filter((each) => each !== undefined)
        .length === 1,
    'expected exactly one of DefinitionString, Definition and DefinitionS3Location',
  );

export type StateMachineProperties = z.infer<typeof schema>;

export interface ProviderOptions {
  readonly machines: MachineStore;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Reads a file asset of the assembly, by the bucket and key of the template. */
  readonly readAsset: (bucket: string, key: string) => Promise<string>;
}

/** AWS::StepFunctions::StateMachine. */
export function stateMachineProvider(
  options: ProviderOptions,
): ResourceProvider<StateMachineProperties> {
  return {
    type: 'AWS::StepFunctions::StateMachine',
    properties: schema,
    async provide({ properties, physicalName, logicalId }) {
      const name = properties.StateMachineName ?? physicalName;
      const arn = stateMachineArn(name);
      const definition = substituted(await definitionText(options, properties), properties);
      try {
        const read = readDefinition(definition);
        await checkActions(read);
        await loadClients(read);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        throw new AwsError(error.code, `${logicalId}: ${error.message}`, error.status);
      }
      const now = options.clock.now();
      const existing = options.machines.find(arn);
      options.machines.put({
        arn,
        name,
        definition,
        role_arn: properties.RoleArn,
        logging: apiSpelling(properties.LoggingConfiguration),
        tracing: apiSpelling(properties.TracingConfiguration),
        encryption: apiSpelling(properties.EncryptionConfiguration),
        revision: existing?.revision ?? newRevision(options),
        created_at: existing?.created_at ?? now,
        updated_at: now,
      });
      return { ref: arn, attributes: { Arn: arn, Name: name } };
    },
  };
}

async function definitionText(
  { readAsset }: ProviderOptions,
  properties: StateMachineProperties,
): Promise<string> {
  if (properties.DefinitionString !== undefined) return properties.DefinitionString;
  if (properties.Definition !== undefined) return JSON.stringify(properties.Definition);
  const { Bucket = '', Key = '' } = properties.DefinitionS3Location ?? {};
  return readAsset(Bucket, Key);
}

/** Replaces `${Name}` with its value, inside and outside JSON strings. A name without a value is an error. */
function substituted(text: string, { DefinitionSubstitutions: values }: StateMachineProperties) {
  if (values === undefined) return text;
  return text.replace(/\$\{([A-Za-z0-9_-]+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value !== undefined) return String(value);
    throw new AwsError(
      'InvalidDefinition',
      `The definition uses ${whole}, but DefinitionSubstitutions has no ${name}; it has ${Object.keys(values).join(', ')}.`,
    );
  });
}

/** CloudFormation uses PascalCase, the API camelCase. */
function apiSpelling(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(lowerFirst(value));
}

function lowerFirst(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerFirst);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      `${key.charAt(0).toLowerCase()}${key.slice(1)}`,
      lowerFirst(member),
    ]),
  );
}
