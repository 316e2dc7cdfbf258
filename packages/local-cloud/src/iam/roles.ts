import { createHash } from 'node:crypto';
import { AwsError } from '../shared/aws-error.ts';
import type { PolicyDocument } from './policy-document.ts';

export interface Role {
  readonly arn: string;
  readonly name: string;
  /** `AROA…`, what `aws:userid` begins with. */
  readonly id: string;
  readonly trust: PolicyDocument;
  /** Inline and attached policies, by the name or ARN under which the role holds them. */
  readonly policies: Map<string, PolicyDocument>;
  /** Seconds, 3600 to 43200. */
  readonly maxSessionDuration: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** The account's roles. They come from the templates at every start, so nothing of them is kept. */
export class Roles {
  readonly #byArn = new Map<string, Role>();
  readonly #byName = new Map<string, Role>();

  add(role: Role): void {
    this.#byArn.set(role.arn, role);
    this.#byName.set(role.name, role);
  }

  /** Undefined where no role has the ARN. */
  find(arn: string): Role | undefined {
    return this.#byArn.get(arn);
  }

  /** By name, as AWS::IAM::Policy refers to roles. Throws NoSuchEntity. */
  named(name: string): Role {
    const role = this.#byName.get(name);
    if (role) return role;
    throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
  }
}

/** A role's unique id, the same at every start. */
export function roleIdOf(arn: string): string {
  const hash = createHash('sha256').update(arn).digest('hex').toUpperCase();
  return `AROA${hash.slice(0, 17)}`;
}
