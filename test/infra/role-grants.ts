import { ofType, type Synthesis } from './synthesis.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** The permissions of the roles in a synthesis. */
export function roleGrants(synthesis: Synthesis) {
  const roles = ofType(synthesis, 'AWS::IAM::Role');
  const policies = ofType(synthesis, 'AWS::IAM::Policy');

  /** All statements of a role: of its inline policies and of the policies attached to it. */
  const allowed = (roleId: string): Statement[] => {
    const own = (synthesis.resources[roleId]?.Properties.Policies ?? []) as {
      PolicyDocument: unknown;
    }[];
    const named = policies
      .filter(([, { Properties }]) => refersTo(Properties.Roles, roleId))
      .map(([, { Properties }]) => Properties as { PolicyDocument: unknown });
    return [...own, ...named].flatMap(
      ({ PolicyDocument }) => (PolicyDocument as { Statement: Statement[] }).Statement,
    );
  };

  return {
    roles,
    allowed,
    /** A logical id begins with the path of its construct. */
    roleAt(path: string): string {
      const found = roles.map(([id]) => id).filter((id) => id.startsWith(path));
      expect(found).toHaveLength(1);
      return found[0] ?? '';
    },
    /** `action → resource` with references as text, so that a test lists the permissions of a role. */
    lines: (roleId: string): string[] =>
      allowed(roleId)
        .flatMap((statement) =>
          list(statement.Action).flatMap((action) =>
            list(statement.Resource).map((resource) => `${action} → ${shorten(resource)}`),
          ),
        )
        .sort(),
  };
}

export function list<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

function refersTo(value: unknown, logicalId: string): boolean {
  return JSON.stringify(value).includes(`"${logicalId}"`);
}

function shorten(resource: unknown): string {
  return JSON.stringify(resource)
    .replaceAll(
      /\{"Fn::ImportValue":"(?:data|delivery):ExportsOutput(?:FnGetAtt|Ref)([A-Za-z]+?)[0-9A-F]{8}[^"]*"\}/g,
      '$1',
    )
    .replaceAll(/\{"Fn::GetAtt":\["([A-Za-z]+?)[0-9A-F]{8}","(\w+)"\]\}/g, '$1.$2')
    .replaceAll(/\{"Ref":"([A-Za-z]+?)[0-9A-F]{8}"\}/g, '$1')
    .replaceAll(/\{"Ref":"AWS::(\w+)"\}/g, '$1')
    .replaceAll(/^\{"Fn::Join":\["",\[|\]\]\}$|["]/g, '')
    .replaceAll(',', '');
}
