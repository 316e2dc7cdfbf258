import { AwsError } from '../shared/aws-error.ts';
import type { Caller, Credentials } from '../shared/caller.ts';
import type { TrustRequest } from './authorize.ts';
import type { CredentialStore } from './credential-store.ts';
import { compilePolicy } from './policy-document.ts';
import { PolicyError } from './policy-error.ts';
import type { Role, Roles } from './roles.ts';

export interface ServiceSessionRequest {
  /** `lambda.amazonaws.com`. The role must trust it. */
  readonly service: string;
  readonly roleArn: string;
  readonly sessionName: string;
  /** Default one hour. */
  readonly durationSeconds?: number;
  /** The resource for which the service acts, for conditions on `aws:SourceArn`. */
  readonly sourceArn?: string;
}

export interface AssumeRoleRequest {
  readonly caller: Caller;
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds?: number;
  /** Session policy, as JSON text. */
  readonly policy?: string;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining */
const CHAINED_SECONDS = 3600;
const DEFAULT_SECONDS = 3600;
const MIN_SECONDS = 900;
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const MAX_POLICY = 2048;

/**
 * Creates sessions of roles, for callers of STS and for services. The trust policy of the role must allow it.
 */
export class Sessions {
  readonly #roles: Roles;
  readonly #store: CredentialStore;
  readonly #authorizeTrust: (request: TrustRequest) => void;
  readonly #now: () => number;
  readonly #reusable = new Map<string, { credentials: Required<Credentials>; issued: number }>();

  constructor(options: {
    roles: Roles;
    store: CredentialStore;
    authorizeTrust: (request: TrustRequest) => void;
    now: () => number;
  }) {
    this.#roles = options.roles;
    this.#store = options.store;
    this.#authorizeTrust = options.authorizeTrust;
    this.#now = options.now;
  }

  /** STS AssumeRole. Throws AccessDenied, ValidationError, MalformedPolicyDocument. */
  assume(request: AssumeRoleRequest): { credentials: Required<Credentials>; role: Role } {
    const { caller, roleArn, sessionName, policy } = request;
    const seconds = request.durationSeconds ?? DEFAULT_SECONDS;
    checkSessionName(sessionName);
    if (policy !== undefined) checkSessionPolicy(policy);
    const role = this.#trusting(caller, roleArn, sessionName);
    checkDuration(seconds, role, caller.kind === 'role');
    const credentials = this.#store.issue({
      roleArn,
      sessionName,
      durationSeconds: seconds,
      ...(policy === undefined ? {} : { sessionPolicy: policy }),
    });
    return { credentials, role };
  }

  /** The caller for a service that uses a role inside the process. Throws AccessDenied. */
  assumeForService(request: ServiceSessionRequest): Caller {
    const { service, roleArn, sessionName, sourceArn } = request;
    checkSessionName(sessionName);
    const caller = { kind: 'service', service, ...(sourceArn ? { sourceArn } : {}) } as const;
    this.#trusting(caller, roleArn, sessionName);
    return { kind: 'role', roleArn, sessionName, issuedAt: this.#now() };
  }

  /**
   * Credentials for a service that uses a role over HTTP (a function, an execution). Credentials are reused
   * during the first half of their lifetime.
   */
  credentialsForService(request: ServiceSessionRequest): Required<Credentials> {
    const { roleArn, sessionName, durationSeconds = DEFAULT_SECONDS } = request;
    this.assumeForService(request);
    const key = JSON.stringify([roleArn, sessionName, durationSeconds]);
    const known = this.#reusable.get(key);
    if (known && this.#now() < (known.issued + known.credentials.expiresAt) / 2) {
      return known.credentials;
    }
    const credentials = this.#store.issue({ roleArn, sessionName, durationSeconds });
    this.#reusable.set(key, { credentials, issued: this.#now() });
    return credentials;
  }

  #trusting(caller: Caller, roleArn: string, sessionName: string): Role {
    const role = this.#roles.find(roleArn);
    this.#authorizeTrust({
      caller,
      action: 'sts:AssumeRole',
      resource: roleArn,
      context: { 'sts:rolesessionname': sessionName },
      // A missing role gives the same error as one that trusts nobody.
      trust: role?.trust ?? { statements: [] },
    });
    if (role) return role;
    throw new AwsError('NoSuchEntity', `The role ${roleArn} does not exist.`, 404);
  }
}

function checkSessionName(sessionName: string): void {
  if (SESSION_NAME.test(sessionName)) return;
  throw new AwsError(
    'ValidationError',
    `Value '${sessionName}' at 'roleSessionName' must be 2 to 64 letters, digits or any of _+=,.@-`,
  );
}

function checkSessionPolicy(policy: string): void {
  if (policy.length > MAX_POLICY) {
    throw new AwsError(
      'PackedPolicyTooLarge',
      `The session policy is longer than the limit of ${MAX_POLICY} characters: ${policy.length}.`,
    );
  }
  try {
    compilePolicy(policy, 'identity', 'The session policy');
  } catch (error) {
    if (error instanceof PolicyError) throw new AwsError('MalformedPolicyDocument', error.message);
    throw error;
  }
}

function checkDuration(seconds: number, role: Role, chained: boolean): void {
  const invalid = (what: string) => new AwsError('ValidationError', what);
  if (!Number.isInteger(seconds) || seconds < MIN_SECONDS) {
    throw invalid(`DurationSeconds must be an integer of at least ${MIN_SECONDS}, got ${seconds}.`);
  }
  if (chained && seconds > CHAINED_SECONDS) {
    throw invalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  if (seconds > role.maxSessionDuration) {
    throw invalid(
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
}
