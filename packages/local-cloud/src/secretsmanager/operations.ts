import { AwsError } from '../shared/aws-error.ts';
import type { Authorize, Caller } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import type { HostedSecrets } from './hosted-secrets.ts';
import { attachedVersion, describeSecret, seconds, versionEntry } from './present.ts';
import { type RandomInt, randomPassword } from './random-password.ts';
import type { Input, Operation } from './requests.ts';
import type { Rotations } from './rotations.ts';
import type { SecretStore, SecretValue, StoredVersion } from './secret-store.ts';
import { CURRENT, moveLabel, pendingVersion, putVersion } from './staging.ts';

export interface OperationTools {
  readonly clock: Clock;
  readonly authorize: Authorize;
  readonly random: () => string;
  readonly randomInt: RandomInt;
  readonly secrets: HostedSecrets;
  readonly store: SecretStore;
  readonly rotations: Rotations;
  /** Throws if the caller may not invoke the function, or if there is none. */
  readonly checkInvoke: (functionArn: string, caller: Caller) => Promise<void>;
}

export type Operations = {
  [Name in Operation]: (input: Input<Name>, caller: Caller) => unknown;
};

/** The operations of Secrets Manager. Each one checks the caller's permission first. */
export function secretsOperations(tools: OperationTools): Operations {
  const { clock, authorize, random, secrets, store, rotations } = tools;
  return {
    DescribeSecret({ SecretId }, caller) {
      const secret = secrets.permitted(SecretId, 'DescribeSecret', caller);
      const window = rotations.nextWindow(secret.arn);
      return describeSecret(secret, store.versions(secret.arn), window?.closes);
    },

    GetRandomPassword(input, caller) {
      authorize({ caller, action: 'secretsmanager:GetRandomPassword', resource: '*' });
      return { RandomPassword: randomPassword(input, tools.randomInt) };
    },

    GetSecretValue({ SecretId, VersionId, VersionStage }, caller) {
      const label = VersionStage ?? (VersionId === undefined ? CURRENT : undefined);
      const secret = secrets.permitted(SecretId, 'GetSecretValue', caller, {
        ...(VersionId === undefined ? {} : { 'secretsmanager:versionid': VersionId }),
        ...(label === undefined ? {} : { 'secretsmanager:versionstage': label }),
      });
      const version = attachedVersion(store.versions(secret.arn), VersionId, label);
      const { content } = version;
      if (content === undefined) throw noValue(version);
      store.touch(secret.arn, version.id, clock.now());
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.id,
        [content.kind]: content.value,
        VersionStages: version.labels,
        CreatedDate: seconds(version.createdAt),
      };
    },

    ListSecretVersionIds({ SecretId, IncludeDeprecated, MaxResults, NextToken }, caller) {
      const { arn, name } = secrets.permitted(SecretId, 'ListSecretVersionIds', caller);
      const all = store
        .versions(arn)
        .filter(({ labels }) => IncludeDeprecated || labels.length > 0);
      const start = NextToken === undefined ? 0 : all.findIndex(({ id }) => id === NextToken) + 1;
      if (NextToken !== undefined && start === 0)
        throw new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.');
      const page = all.slice(start, start + MaxResults);
      const more = start + MaxResults < all.length ? { NextToken: page.at(-1)?.id } : {};
      return { ARN: arn, Name: name, Versions: page.map(versionEntry), ...more };
    },

    PutSecretValue({ SecretId, ClientRequestToken, VersionStages, ...input }, caller) {
      const { arn, name } = secrets.permitted(SecretId, 'PutSecretValue', caller);
      const id = ClientRequestToken ?? random();
      const content = contentOf(input);
      store.atomically(() => {
        const before = store.labels(arn).get(CURRENT);
        putVersion(store, arn, { id, content, labels: VersionStages }, clock.now());
        // A manual change counts as a rotation.
        if (store.labels(arn).get(CURRENT) !== before) store.scheduleFrom(arn, clock.now());
      });
      rotations.schedule(arn);
      const labels = store.version(arn, id)?.labels;
      return { ARN: arn, Name: name, VersionId: id, VersionStages: labels };
    },

    async RotateSecret(input, caller) {
      const { arn, name, rotation } = secrets.permitted(input.SecretId, 'RotateSecret', caller, {
        ...(input.RotationLambdaARN === undefined
          ? {}
          : { 'secretsmanager:rotationlambdaarn': input.RotationLambdaARN }),
      });
      const lambda = input.RotationLambdaARN ?? rotation?.lambda;
      if (lambda === undefined)
        throw invalid('No Lambda rotation function ARN is associated with this secret.');
      await tools.checkInvoke(lambda, caller);
      const pending = pendingVersion(store, arn);
      if (pending !== undefined && pending !== input.ClientRequestToken)
        throw invalid("A previous rotation isn't complete. That rotation will be reattempted.");
      const rules = input.RotationRules ?? rotation?.rules;
      if (input.RotationLambdaARN !== undefined || input.RotationRules !== undefined)
        store.setRotation(arn, { lambda, ...(rules && { rules }) }, clock.now());
      const id = input.RotateImmediately
        ? rotations.begin(arn, input.ClientRequestToken)
        : undefined;
      if (!input.RotateImmediately) rotations.test(arn);
      rotations.schedule(arn);
      return { ARN: arn, Name: name, ...(id === undefined ? {} : { VersionId: id }) };
    },

    UpdateSecretVersionStage(input, caller) {
      const { SecretId, VersionStage } = input;
      const context = { 'secretsmanager:versionstage': VersionStage };
      const secret = secrets.permitted(SecretId, 'UpdateSecretVersionStage', caller, context);
      const move = {
        label: VersionStage,
        to: input.MoveToVersionId,
        from: input.RemoveFromVersionId,
      };
      store.atomically(() => {
        moveLabel(store, secret.arn, move);
        store.change(secret.arn, clock.now());
      });
      return { ARN: secret.arn, Name: secret.name };
    },
  };
}

function contentOf(input: {
  SecretBinary?: string | undefined;
  SecretString?: string | undefined;
}): SecretValue {
  const { SecretBinary, SecretString } = input;
  if (SecretString !== undefined && SecretBinary === undefined)
    return { kind: 'SecretString', value: SecretString };
  if (SecretBinary !== undefined && SecretString === undefined)
    return { kind: 'SecretBinary', value: SecretBinary };
  throw invalid('You must provide either SecretString or SecretBinary, and not both.');
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidRequestException', message);
}

function noValue({ id }: StoredVersion): AwsError {
  return new AwsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for VersionId: ${id}`,
  );
}
