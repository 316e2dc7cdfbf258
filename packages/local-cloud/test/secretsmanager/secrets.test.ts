import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { Engine } from './engine.ts';

let engine: Engine;
beforeEach(async () => {
  engine = await Engine.start();
});
afterEach(() => engine.close());

const get = (SecretId: string, more: object = {}) =>
  engine.client.send(new GetSecretValueCommand({ SecretId, ...more }));
const put = (SecretId: string, SecretString: string, more: object = {}) =>
  engine.client.send(new PutSecretValueCommand({ SecretId, SecretString, ...more }));
const stages = async (SecretId: string) =>
  (await engine.client.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages ?? {};
const move = (SecretId: string, VersionStage: string, more: object) =>
  engine.client.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage, ...more }));

// The example of the documentation: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
const TOKEN = 'EXAMPLE2-90ab-cdef-fedc-ba987EXAMPLE';

describe('A secret of a template', () => {
  it('has a generated value, which it keeps after a restart', async () => {
    const GenerateSecretString = { PasswordLength: 40, ExcludePunctuation: true };
    const arn = await engine.secret({ GenerateSecretString });
    const { SecretString, Name } = await get(arn);
    expect(SecretString).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(arn).toMatch(new RegExp(`^arn:aws:secretsmanager:.*:secret:${Name}-[A-Za-z0-9]{6}$`));
    engine.restart();
    expect(await engine.secret({ GenerateSecretString })).toBe(arn);
    expect((await get(arn)).SecretString).toBe(SecretString);
    const changed = { GenerateSecretString: { ...GenerateSecretString, PasswordLength: 41 } };
    await engine.secret(changed);
    expect((await get(arn)).SecretString).toHaveLength(41);
  });

  it('writes the password into a member of a template', async () => {
    const arn = await engine.secret({
      GenerateSecretString: {
        SecretStringTemplate: '{"username":"someone"}',
        GenerateStringKey: 'password',
      },
    });
    const value = JSON.parse((await get(arn)).SecretString ?? '');
    expect(value).toEqual({ username: 'someone', password: expect.stringMatching(/^.{32}$/s) });
  });

  it('is found by its ARN, by its ARN without the random part, and by its name', async () => {
    const arn = await engine.secret({ Name: 'prod/key', SecretString: 'x' });
    for (const id of [arn, arn.slice(0, -7), 'prod/key']) expect((await get(id)).ARN).toBe(arn);
    await expect(get('prod')).rejects.toThrow("can't find the specified secret");
  });

  it('refuses what the engine does not do', async () => {
    await expect(engine.secret({ ReplicaRegions: [{ Region: 'eu-west-1' }] })).rejects.toThrow();
    const both = { SecretString: 'a', GenerateSecretString: {} };
    await expect(engine.secret(both)).rejects.toThrow('only one');
  });
});

describe('PutSecretValue', () => {
  it('moves AWSCURRENT to the new version and AWSPREVIOUS to the version before', async () => {
    const arn = await engine.secret({ SecretString: 'one' });
    const first = (await get(arn)).VersionId ?? '';
    await put(arn, 'two', { ClientRequestToken: TOKEN });
    expect(await stages(arn)).toEqual({ [first]: ['AWSPREVIOUS'], [TOKEN]: ['AWSCURRENT'] });
    expect((await get(arn, { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('one');
    await put(arn, 'three');
    const known = await engine.client.send(new ListSecretVersionIdsCommand({ SecretId: arn }));
    expect(known.Versions).toHaveLength(2);
    const all = await engine.client.send(
      new ListSecretVersionIdsCommand({ SecretId: arn, IncludeDeprecated: true, MaxResults: 2 }),
    );
    expect(all.Versions?.map(({ VersionId }) => VersionId)).toEqual([first, TOKEN]);
    expect(all.NextToken).toBeDefined();
  });

  it('is idempotent for a token with the same value, and refuses another value', async () => {
    const arn = await engine.secret({ SecretString: 'one' });
    await put(arn, 'two', { ClientRequestToken: TOKEN });
    await put(arn, 'two', { ClientRequestToken: TOKEN });
    await expect(put(arn, 'other', { ClientRequestToken: TOKEN })).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
    expect((await get(arn)).SecretString).toBe('two');
  });

  it('leaves AWSCURRENT where it is if the labels do not include it', async () => {
    const arn = await engine.secret({ SecretString: 'one' });
    await put(arn, 'two', { ClientRequestToken: TOKEN, VersionStages: ['AWSPENDING'] });
    expect((await get(arn)).SecretString).toBe('one');
    expect((await get(arn, { VersionStage: 'AWSPENDING' })).SecretString).toBe('two');
    expect((await get(arn, { VersionId: TOKEN })).VersionStages).toEqual(['AWSPENDING']);
    await expect(get(arn, { VersionId: TOKEN, VersionStage: 'AWSCURRENT' })).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
  });

  it('refuses a value of more than 65,536 bytes', async () => {
    const arn = await engine.secret();
    await expect(put(arn, 'ü'.repeat(32_769))).rejects.toThrow('65536 bytes');
    await put(arn, 'ü'.repeat(32_768));
  });

  it('stores bytes', async () => {
    const arn = await engine.secret();
    const SecretBinary = new Uint8Array([0, 255, 1]);
    await engine.client.send(new PutSecretValueCommand({ SecretId: arn, SecretBinary }));
    expect((await get(arn)).SecretBinary).toEqual(SecretBinary);
  });
});

describe('UpdateSecretVersionStage', () => {
  it('moves AWSCURRENT only from the version that has it', async () => {
    const arn = await engine.secret({ SecretString: 'one' });
    const first = (await get(arn)).VersionId ?? '';
    await put(arn, 'two', { ClientRequestToken: TOKEN, VersionStages: ['AWSPENDING'] });
    await expect(move(arn, 'AWSCURRENT', { MoveToVersionId: TOKEN })).rejects.toThrow(
      "The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached",
    );
    const wrong = { MoveToVersionId: TOKEN, RemoveFromVersionId: TOKEN };
    await expect(move(arn, 'AWSCURRENT', wrong)).rejects.toThrow('not currently attached');
    await move(arn, 'AWSCURRENT', { MoveToVersionId: TOKEN, RemoveFromVersionId: first });
    expect(await stages(arn)).toEqual({
      [first]: ['AWSPREVIOUS'],
      [TOKEN]: ['AWSCURRENT', 'AWSPENDING'],
    });
    await move(arn, 'AWSPENDING', { RemoveFromVersionId: TOKEN });
    expect((await stages(arn))[TOKEN]).toEqual(['AWSCURRENT']);
    await expect(move(arn, 'AWSCURRENT', { RemoveFromVersionId: TOKEN })).rejects.toThrow();
  });
});

it('Each call is authorized on the secret, with its resource policy and condition keys', async () => {
  const arn = await engine.secret({ SecretString: 'one' });
  const policy = { Version: '2012-10-17', Statement: [] };
  await engine.declare('AWS::SecretsManager::ResourcePolicy', {
    SecretId: arn,
    ResourcePolicy: policy,
  });
  await get(arn);
  expect(engine.asked.at(-1)).toMatchObject({
    action: 'secretsmanager:GetSecretValue',
    resource: arn,
    resourcePolicy: policy,
    context: { 'secretsmanager:versionstage': 'AWSCURRENT' },
  });
});

it('GetRandomPassword has a character of each included type', async () => {
  const { RandomPassword = '' } = await engine.client.send(
    new GetRandomPasswordCommand({ PasswordLength: 4, ExcludeCharacters: '/@"\'\\' }),
  );
  for (const type of [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d/@"'\\]/])
    expect(RandomPassword).toMatch(type);
  await expect(
    engine.client.send(new GetRandomPasswordCommand({ PasswordLength: 3 })),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' });
});
