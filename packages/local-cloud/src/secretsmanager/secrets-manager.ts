import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { AwsError } from '../shared/aws-error.ts';
import type { Authorize, Caller } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import { openDatabase } from '../shared/database.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import type { Service } from '../shared/service.ts';
import { HostedSecrets } from './hosted-secrets.ts';
import { type Operations, secretsOperations } from './operations.ts';
import { secretsProviders, serviceFor } from './providers.ts';
import { type Operation, requestSchemas } from './requests.ts';
import { Rotations, type StepCall } from './rotations.ts';
import { SECRETS_SCHEMA } from './schema.ts';
import { SecretStore } from './secret-store.ts';

/** Invokes a function of the Lambda engine. */
export type InvokeRotation = (call: {
  readonly functionArn: string;
  readonly payload: string;
  readonly caller: Caller;
  readonly type: 'RequestResponse' | 'DryRun';
}) => Promise<{ readonly functionError?: string }>;

export interface SecretsManagerOptions {
  /** The data folder of the local cloud. Secrets are stored in `<dataDir>/secretsmanager`, without encryption. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly authorize: Authorize;
  /** A new UUID. */
  readonly random: () => string;
  readonly invoke: InvokeRotation;
  /** Called with an error of the engine itself during a rotation. */
  readonly onError: (error: unknown) => void;
}

export interface SecretsManager {
  readonly service: Service;
  readonly providers: readonly ResourceProvider[];
  close(): void;
}

/** Secrets Manager: secrets with versions and staging labels, rotated by functions of the template. */
export function createSecretsManager(options: SecretsManagerOptions): SecretsManager {
  const { clock, authorize, random, invoke } = options;
  const folder = join(options.dataDir, 'secretsmanager');
  const database = openDatabase(join(folder, 'secretsmanager.sqlite'), SECRETS_SCHEMA);
  const store = new SecretStore(database);
  const secrets = new HostedSecrets(store, authorize);

  /** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html */
  async function runStep({ secretArn, functionArn, step, version }: StepCall): Promise<boolean> {
    const payload = JSON.stringify({
      Step: step,
      SecretId: secretArn,
      ClientRequestToken: version,
      RotationToken: random(),
    });
    try {
      const caller = serviceFor(secretArn);
      const call = { functionArn, payload, caller, type: 'RequestResponse' } as const;
      return (await invoke(call)).functionError === undefined;
    } catch (error) {
      if (error instanceof AwsError) return false;
      throw error;
    }
  }

  async function checkInvoke(functionArn: string, caller: Caller): Promise<void> {
    try {
      await invoke({ functionArn, payload: '{}', caller, type: 'DryRun' });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const hint =
        caller.kind === 'service'
          ? ` Ensure that the function policy grants access to the principal ${caller.service}, in a permission that exists before the schedule.`
          : '';
      throw new AwsError(
        'AccessDeniedException',
        `Secrets Manager cannot invoke the specified Lambda function.${hint} ${error.message}`,
      );
    }
  }

  const rotations = new Rotations({
    database,
    store,
    clock,
    random,
    runStep,
    onError: options.onError,
  });
  const tools = { clock, authorize, random, randomInt, secrets, store, rotations, checkInvoke };
  const operations = secretsOperations(tools);
  return {
    service: {
      signingName: 'secretsmanager',
      protocol: 'json-1.1',
      handle: async ({ caller, headers, body }) => {
        const operation = operationOf(headers['x-amz-target']);
        const result = await perform(operations, operation, body, caller);
        return {
          status: 200,
          headers: { 'content-type': 'application/x-amz-json-1.1' },
          body: JSON.stringify(result),
        };
      },
    },
    providers: secretsProviders(tools),
    close() {
      rotations.close();
      database.close();
    },
  };
}

function operationOf(target: string | undefined): Operation {
  const name = /^secretsmanager\.(\w+)$/.exec(target ?? '')?.[1];
  if (name !== undefined && Object.hasOwn(requestSchemas, name)) return name as Operation;
  throw new AwsError(
    'UnknownOperationException',
    `${target} is not supported here; supported are ${Object.keys(requestSchemas).join(', ')}.`,
  );
}

async function perform(
  operations: Operations,
  operation: Operation,
  body: Buffer,
  caller: Caller,
): Promise<unknown> {
  const input = requestSchemas[operation].safeParse(parse(body));
  if (!input.success) {
    throw new AwsError('ValidationException', z.prettifyError(input.error));
  }
  const run = operations[operation] as (input: unknown, caller: Caller) => unknown;
  return await run(input.data, caller);
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
}
