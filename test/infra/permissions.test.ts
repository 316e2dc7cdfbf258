import { ofType, type Resource, synthesize } from './synthesis.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const synthesis = synthesize();
const { pipeline } = synthesis;
const roles = ofType(synthesis, 'AWS::IAM::Role');
const policies = ofType(synthesis, 'AWS::IAM::Policy');

/** Everything that a role allows: its own policies and those that name it. */
function allowed(roleId: string): Statement[] {
  const own = (synthesis.resources[roleId]?.Properties.Policies ?? []) as {
    PolicyDocument: unknown;
  }[];
  const named = policies
    .filter(([, { Properties }]) => refersTo(Properties.Roles, roleId))
    .map(([, { Properties }]) => Properties as { PolicyDocument: unknown });
  return [...own, ...named].flatMap(
    ({ PolicyDocument }) => (PolicyDocument as { Statement: Statement[] }).Statement,
  );
}

function refersTo(value: unknown, logicalId: string): boolean {
  return JSON.stringify(value).includes(`"${logicalId}"`);
}

function list<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

/** Logical ids begin with the path of their construct. */
function roleAt(path: string): string {
  const found = roles.map(([id]) => id).filter((id) => id.startsWith(path));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

/** `action → resource` with every reference as its text, so that a whole role reads as a list. */
function lines(roleId: string): string[] {
  return allowed(roleId)
    .flatMap((statement) =>
      list(statement.Action).flatMap((action) =>
        list(statement.Resource).map((resource) => `${action} → ${shorten(resource)}`),
      ),
    )
    .sort();
}

function shorten(resource: unknown): string {
  return JSON.stringify(resource)
    .replaceAll(
      /\{"Fn::ImportValue":"data:ExportsOutput(?:FnGetAtt|Ref)([A-Za-z]+?)[0-9A-F]{8}[^"]*"\}/g,
      '$1',
    )
    .replaceAll(/\{"Fn::GetAtt":\["([A-Za-z]+?)[0-9A-F]{8}","(\w+)"\]\}/g, '$1.$2')
    .replaceAll(/\{"Ref":"AWS::(\w+)"\}/g, '$1')
    .replaceAll(/^\{"Fn::Join":\["",\[|\]\]\}$|["]/g, '')
    .replaceAll(',', '');
}

const everyFunctionMay = (construct: string) => [
  `logs:CreateLogStream → ${construct}Log.Arn`,
  `logs:PutLogEvents → ${construct}Log.Arn`,
  'xray:PutTelemetryRecords → *',
  'xray:PutTraceSegments → *',
];

describe('every role', () => {
  it('has policies of its own and none of AWS', () => {
    const managed = roles.filter(
      ([, { Properties }]) => Properties.ManagedPolicyArns !== undefined,
    );
    expect(managed).toEqual([]);
    expect(ofType(synthesis, 'AWS::IAM::ManagedPolicy')).toEqual([]);
  });

  it('names each action that it allows', () => {
    const wild = roles
      .flatMap(([id]) => allowed(id))
      .flatMap((statement) => list(statement.Action))
      .filter((action) => action.includes('*'));
    expect(wild).toEqual([]);
  });

  it('reaches everything only where the service knows no resources', () => {
    const everywhere = roles
      .flatMap(([id]) => allowed(id))
      .filter((statement) => list(statement.Resource).includes('*'))
      .flatMap((statement) => list(statement.Action))
      .filter((action) => !/^(xray|logs):/.test(action));
    expect(everywhere).toEqual([]);
  });

  it('is assumed by one service, or by the functions that sign', () => {
    for (const [id, { Properties }] of roles) {
      const { Statement } = Properties.AssumeRolePolicyDocument as {
        Statement: { Principal: object }[];
      };
      const principals = Statement.flatMap(({ Principal }) => Object.keys(Principal));
      expect(principals).toEqual(id.startsWith('Signer') ? ['AWS', 'AWS'] : ['Service']);
    }
  });
});

describe('each function may', () => {
  it.each([
    [
      'ApiCreateUpload',
      [
        'dynamodb:GetItem → UploadsTable',
        'dynamodb:PutItem → UploadsTable',
        'dynamodb:UpdateItem → UploadsTable',
        's3:AbortMultipartUpload → SourceBucket/uploads/*',
        's3:PutObject → SourceBucket/uploads/*',
        'sts:AssumeRole → SignerRole.Arn',
      ],
    ],
  ])('%s', (construct, more) => {
    expect(lines(roleAt(`${construct}Role`))).toEqual(
      [...everyFunctionMay(construct), ...more].sort(),
    );
  });
});
