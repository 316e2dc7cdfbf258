import * as z from 'zod';
import { hostAssembly } from '../../src/cloudformation/host.ts';
import { NO_OP_PROVIDERS } from '../../src/cloudformation/no-op-providers.ts';
import { UnsupportedAssembly } from '../../src/cloudformation/problem.ts';
import type { ProvideRequest, ResourceProvider } from '../../src/shared/resource.ts';

interface ThingProperties {
  Text?: unknown;
  Other?: unknown;
  Nested?: { Inner?: string | undefined } | undefined;
  Size?: number | undefined;
}

/** A resource type that records its properties; its `Ref` is its logical id, its `Arn` is `arn:<id>`. */
function things(slow: readonly string[] = []) {
  const made: ProvideRequest<ThingProperties>[] = [];
  const provider: ResourceProvider<ThingProperties> = {
    type: 'AWS::Test::Thing',
    properties: z.strictObject({
      Text: z.unknown().optional(),
      Other: z.unknown().optional(),
      Nested: z.strictObject({ Inner: z.string().optional() }).optional(),
      Size: z.number().optional(),
    }),
    async provide(request) {
      if (slow.includes(request.logicalId)) await new Promise((done) => setTimeout(done, 20));
      made.push(request);
      return {
        ref: request.logicalId,
        attributes: { Arn: `arn:${request.logicalId}` },
      };
    },
  };
  const given = (logicalId: string) =>
    made.find((each) => each.logicalId === logicalId)?.properties.Text;
  return { provider: provider as ResourceProvider, made, given };
}

const thing = (text: unknown, more: object = {}) => ({
  Type: 'AWS::Test::Thing',
  Properties: { Text: text },
  ...more,
});

async function host(template: object, slow: readonly string[] = []) {
  const test = things(slow);
  const hosted = await hostAssembly({ stacks: [{ name: 'app', template }] }, [test.provider]);
  return { ...hosted, ...test };
}

/** The resolved text property of a resource, in a template with the resource `Base`. */
async function resolved(text: unknown, more: object = {}) {
  const { given } = await host({
    Resources: { Base: thing('base'), It: thing(text) },
    ...more,
  });
  return given('It');
}

async function problemsOf(stacks: { name: string; template: unknown }[]) {
  const error = await hostAssembly({ stacks }, [things().provider]).catch((each: unknown) => each);
  if (error instanceof UnsupportedAssembly) return error;
  throw new Error(`UnsupportedAssembly was expected, got ${String(error)}`);
}

describe('an intrinsic function', () => {
  it.each([
    [{ Ref: 'Base' }, 'Base'],
    [{ 'Fn::GetAtt': ['Base', 'Arn'] }, 'arn:Base'],
    [{ 'Fn::GetAtt': 'Base.Arn' }, 'arn:Base'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Base' }, 1]] }, 'a-Base-1'],
    [{ 'Fn::Sub': `\${Base}/\${Base.Arn}/\${!Kept}/$x` }, `Base/arn:Base/\${Kept}/$x`],
    [{ 'Fn::Sub': [`\${a}`, { a: { Ref: 'Base' } }] }, 'Base'],
    [{ 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
    [{ 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Base', 'Arn'] }] }] }, 'Base'],
    [{ 'Fn::Base64': 'hello' }, 'aGVsbG8='],
    [{ Ref: 'AWS::AccountId' }, '000000000000'],
    [
      { 'Fn::Sub': `\${AWS::Partition}:\${AWS::Region}:\${AWS::URLSuffix}:\${AWS::StackName}` },
      'aws:us-east-1:amazonaws.com:app',
    ],
    [[{ Ref: 'AWS::NoValue' }, 1], [1]],
    [{ a: { Ref: 'AWS::NoValue' }, b: 2 }, { b: 2 }],
  ])('%j gives %j', async (text, expected) => {
    expect(await resolved(text)).toEqual(expected);
  });

  it('Fn::FindInMap reads the mappings', async () => {
    const Mappings = { M: { 'us-east-1': { size: 'large' } } };
    const value = { 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'size'] };
    expect(await resolved(value, { Mappings })).toBe('large');
  });

  it('Fn::If uses the conditions, and the other branch is not evaluated', async () => {
    const more = {
      Parameters: { Stage: { Type: 'String', Default: 'test' } },
      Conditions: {
        IsProduction: { 'Fn::Equals': [{ Ref: 'Stage' }, 'production'] },
        IsTest: { 'Fn::Not': [{ Condition: 'IsProduction' }] },
        Both: {
          'Fn::And': [
            { Condition: 'IsTest' },
            { 'Fn::Or': [{ Condition: 'IsTest' }, { Condition: 'IsProduction' }] },
          ],
        },
      },
      Resources: {
        Base: thing('base'),
        Absent: thing('x', { Condition: 'IsProduction' }),
        It: thing({ 'Fn::If': ['Both', { Ref: 'Base' }, { Ref: 'Absent' }] }),
      },
    };
    const { given, resources } = await host(more);
    expect(given('It')).toBe('Base');
    expect(resources.map(({ logicalId }) => logicalId)).toEqual(['Base', 'It']);
  });

  it.each([
    [{ 'Fn::Cidr': ['10.0.0.0/16', 4, 8] }, /Fn::Cidr is not supported; supported are Ref, /],
    [{ 'Fn::Transform': {} }, /Fn::Transform is not supported/],
    [{ 'Fn::GetAtt': ['Base', 'Arn'], more: 1 }, /cannot have further members/],
    [{ 'Fn::GetAtt': ['Base', 'Colour'] }, /the resource Base has no attribute Colour; it has Arn/],
    [{ Ref: 'Nobody' }, /refers to Nobody, which is neither a resource nor a parameter/],
    [{ 'Fn::Sub': `\${Nobody.Arn}` }, /refers to Nobody/],
    [{ Ref: 'AWS::NotificationARNs' }, /refers to AWS::NotificationARNs/],
    [
      '{{resolve:ssm:/secret}}',
      /the dynamic reference \{\{resolve:ssm:\/secret\}\} is not supported/,
    ],
    [{ 'Fn::ImportValue': 'other' }, /no earlier stack exports other/],
    [{ 'Fn::Join': ['-'] }, /Fn::Join takes 2 arguments/],
  ])('%j is refused', async (text, message) => {
    const template = { Resources: { Base: thing('base'), It: thing(text) } };
    expect((await problemsOf([{ name: 'app', template }])).message).toMatch(message);
  });
});

describe('resources', () => {
  it('are created after their dependencies', async () => {
    const { made } = await host(
      {
        Resources: {
          Last: thing({ Ref: 'Middle' }),
          Middle: thing('m', { DependsOn: 'First' }),
          First: thing('f'),
        },
      },
      ['First', 'Middle'],
    );
    expect(made.map(({ logicalId }) => logicalId)).toEqual(['First', 'Middle', 'Last']);
  });

  it('with circular dependencies are refused, and the circle is named', async () => {
    const template = { Resources: { A: thing({ Ref: 'B' }), B: thing({ 'Fn::GetAtt': 'A.Arn' }) } };
    expect((await problemsOf([{ name: 'app', template }])).message).toMatch(/A → B → A/);
  });

  it('keep their physical name, which contains stack and logical id', async () => {
    const { made } = await host({ Resources: { SourceBucket: thing('x') } });
    expect(made[0]?.physicalName).toMatch(/^app-sourcebucket-[0-9a-f]{12}$/);
    const again = await host({ Resources: { SourceBucket: thing('y') } });
    expect(again.made[0]?.physicalName).toBe(made[0]?.physicalName);
    const long = await host({ Resources: { ['Long'.repeat(40)]: thing('x') } });
    expect(long.made[0]?.physicalName.length).toBeLessThanOrEqual(63);
  });
});

describe('stacks', () => {
  const producer = {
    name: 'data',
    template: {
      Resources: { Bucket: thing('b') },
      Outputs: {
        Name: {
          Value: { Ref: 'Bucket' },
          Export: { Name: { 'Fn::Sub': `\${AWS::StackName}:Name` } },
        },
        Hidden: { Value: 'x', Condition: 'Never' },
      },
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    },
  };

  it('import the exports of earlier stacks', async () => {
    const { provider, given } = things();
    const consumer = {
      name: 'pipeline',
      template: { Resources: { It: thing({ 'Fn::ImportValue': 'data:Name' }) } },
    };
    const { outputs } = await hostAssembly({ stacks: [producer, consumer] }, [provider]);
    expect(given('It')).toBe('Bucket');
    expect(outputs).toEqual({ data: { Name: 'Bucket' }, pipeline: {} });
  });
});

describe('what cannot be hosted', () => {
  it('is reported in one error with places, before a resource is created', async () => {
    const { provider, made } = things();
    const meta = { Metadata: { 'aws:cdk:path': 'app/Construct/Resource' } };
    const stacks = [
      {
        name: 'one',
        template: {
          Resources: {
            Fine: thing('x'),
            Kitchen: { Type: 'AWS::Kitchen::Sink', ...meta },
            Odd: { Type: 'AWS::Test::Thing', Properties: { Text: 1, Colour: 'red' }, ...meta },
          },
        },
      },
      {
        name: 'two',
        template: {
          Resources: {
            Deep: {
              Type: 'AWS::Test::Thing',
              Properties: { Text: { Ref: 'Late' }, Nested: { Outer: 1 }, Size: 'big' },
            },
            Late: thing('x'),
            Stale: { ...thing('x'), UpdatePolicy: {} },
          },
        },
      },
    ];
    const error = await hostAssembly({ stacks }, [provider]).catch((each: unknown) => each);
    expect(made).toEqual([]);
    expect((error as Error).message.split('\n')).toEqual([
      'The local cloud cannot host this assembly:',
      expect.stringMatching(/^ {2}two: .*Unrecognized key: "UpdatePolicy".*Resources.Stale/),
      '  one.Kitchen (AWS::Kitchen::Sink, app/Construct/Resource): this type is not supported',
      '  one.Odd (AWS::Test::Thing, app/Construct/Resource): property Colour is not supported; supported are Nested, Other, Size, Text',
      '  Supported types: AWS::Test::Thing',
    ]);
  });

  it('nested properties are named by their path; values that depend on other resources are checked later', async () => {
    const template = {
      Resources: {
        Deep: {
          Type: 'AWS::Test::Thing',
          Properties: {
            Nested: { Outer: 1, Inner: { Ref: 'Late' } },
            Size: { 'Fn::GetAtt': 'Late.Arn' },
          },
        },
        Late: thing('x'),
      },
    };
    const { problems } = await problemsOf([{ name: 'app', template }]);
    expect(problems.map(({ message }) => message)).toEqual([
      'property Outer in Nested is not supported; supported are Inner',
    ]);
    const late = {
      Resources: {
        A: { Type: 'AWS::Test::Thing', Properties: { Size: { Ref: 'B' } } },
        B: thing('x'),
      },
    };
    const { problems: later } = await problemsOf([{ name: 'app', template: late }]);
    expect(later[0]?.message).toMatch(/property Size: .*got "B"/);
  });

  it.each([
    [{ Transform: 'AWS::Serverless-2016-10-31' }, /Transform/],
    [{ Rules: { Mine: {} } }, /Mine/],
    [{ Parameters: { P: { Type: 'String' } } }, /parameter P has no default/],
    [
      { Parameters: { P: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/p' } } },
      /supported are String and Number/,
    ],
    [{ Outputs: { O: { Value: { Ref: 'No' } } } }, /output O: Ref: the name No/],
  ])('a template with %j is refused', async (template, message) => {
    expect((await problemsOf([{ name: 'app', template }])).message).toMatch(message);
  });

  it("CDK's parameter and rule for its bootstrap stack are accepted", async () => {
    const template = {
      Parameters: {
        BootstrapVersion: {
          Type: 'AWS::SSM::Parameter::Value<String>',
          Default: '/cdk-bootstrap/hnb659fds/version',
          Description: 'Version of the CDK Bootstrap resources',
        },
      },
      Rules: { CheckBootstrapVersion: { Assertions: [] } },
    };
    await expect(host(template)).resolves.toBeDefined();
  });
});

it('Alarms, dashboards, log groups, topics, keys and budgets have no effect, but have names and ARNs', async () => {
  const { provider, given } = things();
  const template = {
    Resources: {
      Logs: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 7 } },
      It: thing({ 'Fn::GetAtt': ['Logs', 'Arn'] }),
    },
  };
  await hostAssembly({ stacks: [{ name: 'app', template }] }, [provider, ...NO_OP_PROVIDERS]);
  expect(given('It')).toMatch(
    /^arn:aws:logs:us-east-1:000000000000:log-group:app-logs-[0-9a-f]{12}:\*$/,
  );
  const notified = {
    Resources: {
      Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true } },
      Topic: {
        Type: 'AWS::SNS::Topic',
        Properties: { KmsMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
      },
      Policy: {
        Type: 'AWS::SNS::TopicPolicy',
        Properties: { PolicyDocument: {}, Topics: [{ Ref: 'Topic' }] },
      },
      Subscription: {
        Type: 'AWS::SNS::Subscription',
        Properties: { Protocol: 'email', Endpoint: 'a@example.com', TopicArn: { Ref: 'Topic' } },
      },
      Budget: { Type: 'AWS::Budgets::Budget', Properties: { Budget: {} } },
      Notified: thing({ Ref: 'Topic' }),
    },
  };
  await hostAssembly({ stacks: [{ name: 'ops', template: notified }] }, [
    provider,
    ...NO_OP_PROVIDERS,
  ]);
  expect(given('Notified')).toMatch(/^arn:aws:sns:us-east-1:000000000000:ops-topic-[0-9a-f]{12}$/);
  const odd = { Resources: { Logs: { Type: 'AWS::Logs::LogGroup', Properties: { Colour: 1 } } } };
  await expect(
    hostAssembly({ stacks: [{ name: 'app', template: odd }] }, NO_OP_PROVIDERS),
  ).rejects.toThrow(/property Colour is not supported/);
});
