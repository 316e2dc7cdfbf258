import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allowEverySignedCaller } from '../../src/shared/caller.ts';
import { createStates, type States } from '../../src/states/create-states.ts';
import { ROLE } from './start-states.ts';

let states: States;
beforeEach(() => {
  const dataDir = mkdtempSync(join(tmpdir(), 'states-'));
  states = createStates({
    dataDir,
    logFile: join(dataDir, 'log.ndjson'),
    authorize: allowEverySignedCaller,
    emit: () => {},
    endpoints: () => ({ endpoint: '', s3Endpoint: '' }),
    credentialsFor: () => ({ accessKeyId: 'a', secretAccessKey: 's' }),
    readAsset: async (bucket, key) =>
      `{"Comment": "${bucket}/${key}", "StartAt": "P", "States": {"P": {"Type": "Pass", "Result": "\${Word}", "End": true}}}`,
  });
});
afterEach(() => states.close());

async function provide(properties: object) {
  const [provider] = states.providers;
  if (provider === undefined) throw new Error('no provider');
  return provider.provide({
    stackName: 'stack',
    logicalId: 'Workflow',
    physicalName: 'stack-workflow-abc',
    properties: provider.properties.parse(properties),
    metadata: {},
  });
}

async function described(stateMachineArn: string) {
  const { body } = await states.service.handle({
    caller: { kind: 'root' },
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': 'AWSStepFunctions.DescribeStateMachine' },
    body: Buffer.from(JSON.stringify({ stateMachineArn })),
  });
  return JSON.parse(String(body)) as Record<string, unknown>;
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholder, not JavaScript's
const PASS = '{"StartAt":"P","States":{"P":{"Type":"Pass","Result":"${Word}","End":true}}}';

describe('AWS::StepFunctions::StateMachine', () => {
  it('is created from a string with its substitutions, and found again under the same name', async () => {
    const properties = {
      RoleArn: ROLE,
      DefinitionString: PASS,
      DefinitionSubstitutions: { Word: 'hello' },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
      TracingConfiguration: { Enabled: true },
    };
    const { ref, attributes } = await provide(properties);
    expect(attributes).toEqual({ Arn: ref, Name: 'stack-workflow-abc' });
    const first = await described(ref);
    expect(first).toMatchObject({
      definition: expect.stringContaining('"Result":"hello"'),
      loggingConfiguration: { level: 'ALL', includeExecutionData: true },
      tracingConfiguration: { enabled: true },
    });
    expect((await provide(properties)).ref).toBe(ref);
    expect(await described(ref)).toEqual(first);
  });

  it('reads a definition that is an asset', async () => {
    const { ref } = await provide({
      RoleArn: ROLE,
      StateMachineName: 'named',
      DefinitionS3Location: { Bucket: 'assets', Key: 'abc.json' },
      DefinitionSubstitutions: { Word: 'x' },
    });
    expect(ref).toMatch(/:stateMachine:named$/);
    expect((await described(ref)).definition).toContain('assets/abc.json');
  });

  it.each([
    [{ RoleArn: ROLE }, 'exactly one of'],
    [{ RoleArn: ROLE, DefinitionString: PASS, Colour: 'red' }, 'Colour'],
    [{ RoleArn: ROLE, DefinitionString: PASS, StateMachineType: 'EXPRESS' }, 'STANDARD'],
    [
      { RoleArn: ROLE, DefinitionString: PASS, DefinitionSubstitutions: {} },
      'DefinitionSubstitutions has no Word',
    ],
    [
      { RoleArn: ROLE, DefinitionString: '{"StartAt":"X"}' },
      'Workflow: Invalid State Machine Definition',
    ],
  ])('refuses %j', async (properties, message) => {
    await expect(provide(properties)).rejects.toThrow(message);
  });
});
