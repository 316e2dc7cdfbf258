import type { PermissionProperties } from './properties.ts';

/**
 * The resource policy of a function, in the form in which Lambda derives it from permissions. A service
 * principal is restricted by ARN and account of the source.
 */
export class ResourcePolicy {
  readonly #functionArn: string;
  readonly #statements = new Map<string, object>();

  constructor(functionArn: string) {
    this.#functionArn = functionArn;
  }

  add(statementId: string, permission: PermissionProperties): void {
    this.#statements.set(statementId, {
      Sid: statementId,
      Effect: 'Allow',
      Principal: principalOf(permission.Principal),
      Action: permission.Action,
      Resource: this.#functionArn,
      ...conditionOf(permission),
    });
  }

  /** Undefined if the function has no permission. */
  get document(): object | undefined {
    if (this.#statements.size === 0) return undefined;
    return { Version: '2012-10-17', Id: 'default', Statement: [...this.#statements.values()] };
  }
}

function principalOf(principal: string): unknown {
  if (principal === '*') return '*';
  if (principal.endsWith('.amazonaws.com')) return { Service: principal };
  return { AWS: /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal };
}

function conditionOf({ SourceArn, SourceAccount }: PermissionProperties): object {
  if (SourceArn === undefined && SourceAccount === undefined) return {};
  return {
    Condition: {
      ...(SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': SourceArn } }),
      ...(SourceAccount === undefined
        ? {}
        : { StringEquals: { 'AWS:SourceAccount': SourceAccount } }),
    },
  };
}
