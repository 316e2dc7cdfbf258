import { AwsError } from './aws-error.ts';

/** Who makes a call, as every engine and the policy evaluator see it. */
export type Caller =
  /** A role's session: what Lambda functions, executions, rules and signed URLs act as. */
  | {
      readonly kind: 'role';
      readonly roleArn: string;
      readonly sessionName: string;
      /** The policy given to AssumeRole, a document as JSON text: the session may do only what it allows too. */
      readonly sessionPolicy?: string;
    }
  /** An AWS service acting by itself, allowed by resource policies only (`events.amazonaws.com`). */
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn?: string }
  /** The account's own operator: seeded credentials for trials and tests; every policy allows it. */
  | { readonly kind: 'root' }
  /** No signature at all. */
  | { readonly kind: 'anonymous' };

/** Access key, secret and, for a role's session, token and end. `expiresAt` is in ms since the epoch. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiresAt?: number;
}

/** What the signature check needs to know of an access key. */
export interface CredentialSource {
  find(accessKeyId: string): { credentials: Credentials; caller: Caller } | undefined;
}

export interface AuthorizationRequest {
  readonly caller: Caller;
  /** `s3:PutObject`, in the service authorization reference's spelling. */
  readonly action: string;
  /** ARN of what is acted on, or `*` where the action knows no resource. */
  readonly resource: string;
  /** Condition keys that this call has, by their full name in lower case (`s3:if-none-match`). */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** The resource's own policy document (bucket, queue, function), where it has one. */
  readonly resourcePolicy?: unknown;
}

/** Decides by the synthesized policies; throws AwsError AccessDenied (403) naming caller, action and resource. */
export type Authorize = (request: AuthorizationRequest) => void;

/** For an engine that runs alone, without a template: whoever has signed may do everything. */
export const allowEverySignedCaller: Authorize = ({ caller, action, resource }) => {
  if (caller.kind === 'anonymous') throw new AccessDenied(action, resource);
};

class AccessDenied extends AwsError {
  constructor(action: string, resource: string) {
    super('AccessDenied', `Anonymous users are not allowed to ${action} on ${resource}.`, 403);
  }
}
