import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../src/shared/aws-error.ts';
import { dueActions, until } from '../waiting.ts';
import { Engine, FUNCTION } from './engine.ts';

const DAY_MS = 86_400_000;

let engine: Engine;
let steps: string[];
/** The next run of this step fails. */
let failing: string | undefined;
beforeEach(async () => {
  engine = await Engine.start();
  steps = [];
  failing = undefined;
  engine.invoke = async ({ type, payload }) => {
    if (type === 'DryRun') return {};
    const { Step, SecretId, ClientRequestToken } = JSON.parse(payload);
    steps.push(Step);
    if (failing === Step) {
      failing = undefined;
      return { functionError: 'Unhandled' };
    }
    await rotationFunction(Step, SecretId, ClientRequestToken);
    return {};
  };
});
afterEach(() => engine.close());

/** The generic template: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_available-rotation-templates.html */
async function rotationFunction(step: string, SecretId: string, token: string) {
  const { client } = engine;
  const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
  if (!VersionIdsToStages[token]?.includes('AWSPENDING')) throw new Error('no stage for rotation');
  if (step === 'createSecret') {
    const pending = { SecretId, VersionId: token, VersionStage: 'AWSPENDING' };
    const SecretString = await client.send(new GetSecretValueCommand(pending)).then(
      () => undefined,
      () => `key of ${token}`,
    );
    if (SecretString === undefined) return;
    const VersionStages = ['AWSPENDING'];
    const version = { SecretId, ClientRequestToken: token, SecretString, VersionStages };
    await client.send(new PutSecretValueCommand(version));
  }
  if (step === 'finishSecret') {
    const [RemoveFromVersionId] =
      Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes('AWSCURRENT')) ?? [];
    const change = { SecretId, MoveToVersionId: token, RemoveFromVersionId };
    await client.send(
      new UpdateSecretVersionStageCommand({ ...change, VersionStage: 'AWSCURRENT' }),
    );
  }
}

const ALL = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
const value = async (SecretId: string) =>
  (await engine.client.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? '';
const describeIt = (SecretId: string) =>
  engine.client.send(new DescribeSecretCommand({ SecretId }));
const rotate = (SecretId: string, more: object = {}) =>
  engine.client.send(new RotateSecretCommand({ SecretId, ...more }));
const rotated = async (arn: string) => (await describeIt(arn)).LastRotatedDate !== undefined;

describe('A rotation schedule', () => {
  it('rotates at once in all four steps, and not again after a restart', async () => {
    const arn = await engine.secret({ GenerateSecretString: {} });
    const placeholder = await value(arn);
    await engine.schedule(arn, { RotationRules: { AutomaticallyAfterDays: 30 } });
    await until(() => rotated(arn));
    expect(steps).toEqual(ALL);
    expect(await value(arn)).toMatch(/^key of /);
    expect(await value(arn)).not.toBe(placeholder);
    engine.restart();
    await engine.secret({ GenerateSecretString: {} });
    await engine.schedule(arn, { RotationRules: { AutomaticallyAfterDays: 30 } });
    await dueActions(engine.clock);
    expect(steps).toEqual(ALL);
  });

  it('rotates in the next window by the clock of the cloud', async () => {
    const arn = await engine.secret({ GenerateSecretString: {} });
    await engine.schedule(arn, { RotationRules: { ScheduleExpression: 'rate(10 days)' } });
    await until(() => rotated(arn));
    const before = await value(arn);
    const { NextRotationDate, LastRotatedDate } = await describeIt(arn);
    const midnight = Math.floor((LastRotatedDate?.getTime() ?? 0) / DAY_MS) * DAY_MS;
    expect(NextRotationDate?.getTime()).toBe(midnight + 11 * DAY_MS);
    engine.clock.advance(9 * DAY_MS);
    await dueActions(engine.clock);
    expect(steps).toHaveLength(4);
    engine.clock.advance(DAY_MS);
    await until(async () => (await value(arn)) !== before);
    expect(steps).toEqual([...ALL, ...ALL]);
  });

  it('tests the configuration only, if it does not rotate at once', async () => {
    const arn = await engine.secret({ SecretString: 'mine' });
    await engine.schedule(arn, { RotateImmediatelyOnUpdate: false });
    await until(async () => steps.length > 0);
    await until(async () => {
      const { VersionIdsToStages = {} } = await describeIt(arn);
      return Object.values(VersionIdsToStages).flat().join() === 'AWSCURRENT';
    });
    expect(steps).toEqual(['testSecret']);
    expect(await value(arn)).toBe('mine');
  });

  it('needs the permission of Secrets Manager to invoke the function', async () => {
    const arn = await engine.secret();
    engine.invoke = async ({ caller }) => {
      expect(caller).toEqual({
        kind: 'service',
        service: 'secretsmanager.amazonaws.com',
        sourceArn: arn,
      });
      throw new AwsError('AccessDenied', 'denied', 403);
    };
    await expect(engine.schedule(arn)).rejects.toThrow(
      'Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com',
    );
  });
});

describe('A rotation that fails', () => {
  it('is tried again from its first step, with the same version', async () => {
    const arn = await engine.secret({ SecretString: 'before' });
    failing = 'testSecret';
    await engine.schedule(arn);
    await until(() => steps.length === 3);
    await dueActions(engine.clock);
    expect(await value(arn)).toBe('before');
    engine.clock.advance(60_000);
    await until(() => rotated(arn));
    expect(steps).toEqual([...ALL.slice(0, 3), ...ALL]);
    const { VersionIdsToStages = {} } = await describeIt(arn);
    expect(Object.values(VersionIdsToStages)).toHaveLength(2);
  });

  it('refuses another rotation until it has succeeded', async () => {
    const arn = await engine.secret({ SecretString: 'before' });
    failing = 'createSecret';
    await engine.schedule(arn);
    await until(() => steps.length === 1);
    await expect(rotate(arn)).rejects.toThrow("A previous rotation isn't complete");
  });

  it('ends after five runs, and begins again in the next window', async () => {
    const arn = await engine.secret({ SecretString: 'before' });
    const { invoke } = engine;
    engine.invoke = async (call) => {
      if (call.type === 'RequestResponse') failing = JSON.parse(call.payload).Step;
      return invoke(call);
    };
    await engine.schedule(arn, { RotationRules: { AutomaticallyAfterDays: 1 } });
    for (const [runs, minutes] of [1, 2, 4, 8].entries()) {
      await until(() => steps.length === runs + 1);
      await dueActions(engine.clock);
      engine.clock.advance(minutes * 60_000);
    }
    await until(() => steps.length === 5);
    await dueActions(engine.clock);
    engine.invoke = invoke;
    engine.clock.advance(DAY_MS);
    await until(() => rotated(arn));
    expect(await value(arn)).toMatch(/^key of /);
  });

  it('has failed too if the last step does not make the version current', async () => {
    const arn = await engine.secret({ SecretString: 'before' });
    const { invoke } = engine;
    engine.invoke = async (call) => {
      if (call.type === 'DryRun' || JSON.parse(call.payload).Step !== 'finishSecret')
        return invoke(call);
      steps.push('finishSecret');
      return {};
    };
    await engine.schedule(arn);
    await until(() => steps.length === 4);
    await dueActions(engine.clock);
    expect(await rotated(arn)).toBe(false);
  });

  it('continues in the next process with the step that ran', async () => {
    const arn = await engine.secret({ SecretString: 'before' });
    const { invoke } = engine;
    engine.invoke = (call) => {
      if (call.type === 'DryRun' || JSON.parse(call.payload).Step !== 'testSecret')
        return invoke(call);
      steps.push('testSecret');
      return new Promise(() => {});
    };
    await engine.schedule(arn);
    await until(() => steps.length === 3);
    engine.invoke = invoke;
    engine.restart();
    await engine.secret({ SecretString: 'before' });
    await engine.schedule(arn);
    await until(() => rotated(arn));
    expect(steps).toEqual([...ALL.slice(0, 3), ...ALL.slice(2)]);
  });
});

describe('RotateSecret', () => {
  it('needs a function', async () => {
    await expect(rotate(await engine.secret())).rejects.toThrow('No Lambda rotation function ARN');
  });

  it('is asynchronous and returns the version that becomes current', async () => {
    const arn = await engine.secret({ SecretString: 'before' });
    const { VersionId = '' } = await rotate(arn, { RotationLambdaARN: FUNCTION });
    await until(() => rotated(arn));
    expect(await value(arn)).toBe(`key of ${VersionId}`);
  });

  it('needs the permission of the caller to invoke the function', async () => {
    const arn = await engine.secret();
    engine.invoke = async ({ caller }) => {
      expect(caller).toEqual({ kind: 'root' });
      throw new AwsError('AccessDenied', 'denied', 403);
    };
    await expect(rotate(arn, { RotationLambdaARN: FUNCTION })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});
