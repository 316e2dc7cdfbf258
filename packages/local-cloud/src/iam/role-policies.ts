import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '../shared/aws-error.ts';
import { openDatabase } from '../shared/database.ts';
import { compilePolicy, type PolicyDocument } from './policy-document.ts';
import { PolicyError } from './policy-error.ts';
import type { Roles } from './roles.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS role_policy (
    role_name TEXT NOT NULL,
    policy_name TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (role_name, policy_name)
  ) STRICT;
`;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: of all inline policies of a role */
const MAX_INLINE_CHARACTERS = 10_240;
const POLICY_NAME = /^[\w+=,.@-]{1,128}$/;

/**
 * Inline policies that an API call has added to roles. Unlike those of the templates they are stored, so that they
 * apply after a restart too.
 */
export class RolePolicies {
  readonly #database: DatabaseSync;
  readonly #roles: Roles;

  constructor(folder: string, roles: Roles) {
    this.#database = openDatabase(join(folder, 'role-policies.sqlite'), SCHEMA);
    this.#roles = roles;
  }

  /** The stored policies of a role that a template has just defined. */
  of(roleName: string): ReadonlyMap<string, PolicyDocument> {
    return new Map(
      this.#stored(roleName).map(({ name, document }) => [
        name,
        compilePolicy(document, 'identity', name),
      ]),
    );
  }

  /** Throws NoSuchEntity, ValidationError, MalformedPolicyDocument, LimitExceeded. */
  put(roleName: string, name: string, document: string): void {
    const { policies } = this.#roles.named(roleName);
    if (!POLICY_NAME.test(name)) {
      throw new AwsError(
        'ValidationError',
        `The policy name ${JSON.stringify(name)} must be 1 to 128 letters, digits or any of _+=,.@-`,
      );
    }
    const compiled = compileOrRefuse(document, name);
    const others = this.#stored(roleName).filter((policy) => policy.name !== name);
    const characters = [...others.map((policy) => policy.document), document]
      .map((text) => text.replace(/\s/g, '').length)
      .reduce((sum, length) => sum + length, 0);
    if (characters > MAX_INLINE_CHARACTERS) {
      throw new AwsError(
        'LimitExceeded',
        `Maximum policy size of ${MAX_INLINE_CHARACTERS} bytes exceeded for role ${roleName}`,
        409,
      );
    }
    this.#database
      .prepare('INSERT OR REPLACE INTO role_policy VALUES (?, ?, ?)')
      .run(roleName, name, document);
    policies.set(name, compiled);
  }

  /** Throws NoSuchEntity. */
  get(roleName: string, name: string): string {
    this.#roles.named(roleName);
    const found = this.#stored(roleName).find((policy) => policy.name === name);
    if (found) return found.document;
    throw noSuchPolicy(name);
  }

  /** Throws NoSuchEntity, also for a policy of a template: only a deployment changes those. */
  delete(roleName: string, name: string): void {
    const { policies } = this.#roles.named(roleName);
    const { changes } = this.#database
      .prepare('DELETE FROM role_policy WHERE role_name = ? AND policy_name = ?')
      .run(roleName, name);
    if (changes === 0) throw noSuchPolicy(name);
    policies.delete(name);
  }

  close(): void {
    this.#database.close();
  }

  #stored(roleName: string): { readonly name: string; readonly document: string }[] {
    return this.#database
      .prepare('SELECT policy_name, document FROM role_policy WHERE role_name = ?')
      .all(roleName)
      .map((row) => ({ name: String(row.policy_name), document: String(row.document) }));
  }
}

function compileOrRefuse(document: string, name: string): PolicyDocument {
  try {
    return compilePolicy(document, 'identity', name);
  } catch (error) {
    if (error instanceof PolicyError) throw new AwsError('MalformedPolicyDocument', error.message);
    throw error;
  }
}

function noSuchPolicy(name: string): AwsError {
  return new AwsError('NoSuchEntity', `The role policy with name ${name} cannot be found.`, 404);
}
