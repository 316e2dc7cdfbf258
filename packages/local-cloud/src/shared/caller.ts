import { AwsError } from './aws-error.ts';

/** The caller of a request. */
export type Caller =
  /** A session of a role: the caller of Lambda functions, executions, rules and presigned URLs. */
  | {
      readonly kind: 'role';
      readonly roleArn: string;
      readonly sessionName: string;
      /** The policy of AssumeRole, as JSON text: the session is allowed only what it allows too. */
      readonly sessionPolicy?: string;
      /** When the session began, in ms since the epoch; absent for a caller that a test makes up. */
      readonly issuedAt?: number;
    }
  /** An AWS service without a role, allowed by resource policies only (`events.amazonaws.com`). */
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn?: string }
  /** The operator of the account, for manual use and tests; allowed by every policy without a Deny. */
  | { readonly kind: 'root' }
  /** A request without a signature. */
  | { readonly kind: 'anonymous' };

/** The caller in the logs of the cloud: the ARN of a role, the name of a service, `root` or `anonymous`. */
export function logNameOf(caller: Caller): string {
  if (caller.kind === 'role') return caller.roleArn;
  return caller.kind === 'service' ? caller.service : caller.kind;
}

/**
 * Access key and secret; for a session of a role also token and expiry. `expiresAt` is in ms since the epoch.
 */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiresAt?: number;
}

/** The access keys that a signature check accepts. */
export interface CredentialSource {
  find(accessKeyId: string): { credentials: Credentials; caller: Caller } | undefined;
}

export interface AuthorizationRequest {
  readonly caller: Caller;
  /** `s3:PutObject`, as in the service authorization reference. */
  readonly action: string;
  /** ARN of the resource, or `*` for an action without resources. */
  readonly resource: string;
  /** Condition keys of this call, by full name in lower case (`s3:if-none-match`). */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** The policy document of the resource (bucket, queue, function), if it has one. */
  readonly resourcePolicy?: unknown;
}

/**
 * Decides with the policies of the templates. Throws AwsError AccessDenied (403) with caller, action and
 * resource.
 */
export type Authorize = (request: AuthorizationRequest) => void;

/** For an engine without templates: every signed request is allowed. */
export const allowEverySignedCaller: Authorize = ({ caller, action, resource }) => {
  if (caller.kind === 'anonymous') throw new AccessDenied(action, resource);
};

class AccessDenied extends AwsError {
  constructor(action: string, resource: string) {
    super('AccessDenied', `Anonymous users are not allowed to ${action} on ${resource}.`, 403);
  }
}
