import { createHash } from 'node:crypto';
import { AwsError } from '../shared/aws-error.ts';
import type { PolicyDocument } from './policy-document.ts';

export interface Role {
  readonly arn: string;
  readonly name: string;
  /** `AROA…`, the beginning of `aws:userid`. */
  readonly id: string;
  readonly trust: PolicyDocument;
  /** Inline and attached policies, by name or ARN. */
  readonly policies: Map<string, PolicyDocument>;
  /** Seconds, 3600 to 43200. */
  readonly maxSessionDuration: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** The roles of the account. The templates define them at every start, so they are not stored. */
export class Roles {
  readonly #byArn = new Map<string, Role>();
  readonly #byName = new Map<string, Role>();

  add(role: Role): void {
    this.#byArn.set(role.arn, role);
    this.#byName.set(role.name, role);
  }

  /** Undefined if no role has this ARN. */
  find(arn: string): Role | undefined {
    return this.#byArn.get(arn);
  }

  /** By name, as in AWS::IAM::Policy. Throws NoSuchEntity. */
  named(name: string): Role {
    const role = this.#byName.get(name);
    if (role) return role;
    throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
  }
}

/** The unique id of a role, the same at every start. */
export function roleIdOf(arn: string): string {
  const hash = createHash('sha256').update(arn).digest('hex').toUpperCase();
  return `AROA${hash.slice(0, 17)}`;
}
