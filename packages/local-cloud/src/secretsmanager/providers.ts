import { arn } from '../shared/account.ts';
import type { Caller } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import type { HostedSecrets } from './hosted-secrets.ts';
import {
  type RotationScheduleProperties,
  resourcePolicyProperties,
  rotationScheduleProperties,
  type SecretProperties,
  secretProperties,
} from './properties.ts';
import { generateSecret, type RandomInt } from './random-password.ts';
import type { Rotations } from './rotations.ts';
import type { SecretStore } from './secret-store.ts';
import { putVersion } from './staging.ts';

export interface ProviderTools {
  readonly clock: Clock;
  readonly random: () => string;
  readonly randomInt: RandomInt;
  readonly secrets: HostedSecrets;
  readonly store: SecretStore;
  readonly rotations: Rotations;
  readonly checkInvoke: (functionArn: string, caller: Caller) => Promise<void>;
}

/** The secret as the caller of its rotation function. */
export function serviceFor(secretArn: string): Caller {
  return { kind: 'service', service: 'secretsmanager.amazonaws.com', sourceArn: secretArn };
}

/** AWS::SecretsManager::Secret, ResourcePolicy and RotationSchedule. */
export function secretsProviders(tools: ProviderTools): ResourceProvider[] {
  const { clock, random, randomInt, secrets, store, rotations } = tools;

  /** A value is made when the resource is created, and again when its properties change, as by CloudFormation. */
  function provideSecret(physicalName: string, properties: SecretProperties): string {
    const { Description, GenerateSecretString, SecretString } = properties;
    const name = properties.Name ?? physicalName;
    const given = JSON.stringify({ Description, GenerateSecretString, SecretString });
    const kept = store.ofResource(physicalName);
    if (kept?.properties === given) return kept.arn;
    return store.atomically(() => {
      const now = clock.now();
      const secretArn = kept?.arn ?? arn('secretsmanager', `secret:${name}-${suffix(random())}`);
      if (kept === undefined) store.add({ physicalName, arn: secretArn, name, now });
      const before = kept?.properties ? (JSON.parse(kept.properties) as SecretProperties) : {};
      const value =
        SecretString ??
        (GenerateSecretString === undefined
          ? undefined
          : generateSecret(GenerateSecretString, randomInt));
      const isChanged =
        SecretString !== before.SecretString ||
        JSON.stringify(GenerateSecretString) !== JSON.stringify(before.GenerateSecretString);
      if (value !== undefined && isChanged) {
        const content = { kind: 'SecretString', value } as const;
        putVersion(store, secretArn, { id: random(), content, labels: undefined }, now);
      }
      store.describe(secretArn, given, Description, now);
      return secretArn;
    });
  }

  const secretProvider: ResourceProvider<SecretProperties> = {
    type: 'AWS::SecretsManager::Secret',
    properties: secretProperties,
    provide: async ({ physicalName, properties }) => {
      const secretArn = provideSecret(physicalName, properties);
      secrets.put({
        arn: secretArn,
        name: properties.Name ?? physicalName,
        tags: Object.fromEntries((properties.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
        kmsKeyId: properties.KmsKeyId,
      });
      return { ref: secretArn, attributes: { Id: secretArn } };
    },
  };
  const policyProvider: ResourceProvider<(typeof resourcePolicyProperties)['_output']> = {
    type: 'AWS::SecretsManager::ResourcePolicy',
    properties: resourcePolicyProperties,
    provide: async ({ properties: { SecretId, ResourcePolicy } }) => {
      const secret = secrets.find(SecretId);
      secret.policy = ResourcePolicy;
      return { ref: secret.arn, attributes: { Id: secret.arn } };
    },
  };
  const scheduleProvider: ResourceProvider<RotationScheduleProperties> = {
    type: 'AWS::SecretsManager::RotationSchedule',
    properties: rotationScheduleProperties,
    provide: async ({ properties }) => {
      const { RotationLambdaARN: lambda, RotationRules: rules } = properties;
      const { arn: secretArn } = secrets.find(properties.SecretId);
      await tools.checkInvoke(lambda, serviceFor(secretArn));
      const rotation = { lambda, ...(rules && { rules }) };
      const kept = store.find(secretArn)?.rotation;
      if (JSON.stringify(kept) !== JSON.stringify(rotation)) {
        store.setRotation(secretArn, rotation, clock.now());
        if (properties.RotateImmediatelyOnUpdate) rotations.begin(secretArn);
        else rotations.test(secretArn);
      }
      rotations.schedule(secretArn);
      return { ref: secretArn, attributes: { Id: secretArn } };
    },
  };
  return [secretProvider, policyProvider, scheduleProvider] as ResourceProvider[];
}

/** Six letters and digits at the end of every ARN. */
function suffix(uuid: string): string {
  return uuid.replaceAll('-', '').slice(0, 6);
}
