import type { Credentials } from '@reelgate/local-cloud';

/** Where a running local cloud is, and what its stacks are called. */
export interface Hosted {
  readonly pid: number;
  readonly api: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: string;
  /** Where the sign-in page sends the authorization code. */
  readonly redirectUri: string;
  readonly endpoints: { readonly s3: string; readonly services: string };
  readonly table: string;
  readonly stateMachine: string;
  readonly sourceBucket: string;
  readonly outputBucket: string;
  /** Names of the roles that sign grants. */
  readonly signerRoles: readonly string[];
  /** URLs of the queues for undelivered events and for failed invocations. */
  readonly deadLetterQueue: string;
  readonly failedInvocationsQueue: string;
  /** Credentials that every identity policy allows everything. */
  readonly operator: Credentials;
  /** The control endpoint, where it was opened: packages/local-cloud/docs/faults.md. */
  readonly control?: { readonly url: string; readonly token: string };
}

/** @throws Error naming a stack output that is missing */
export function hostedFrom(
  outputs: Readonly<Record<string, Readonly<Record<string, string>>>>,
  endpoints: { readonly s3: string; readonly services: string },
  operator: Credentials,
): Hosted {
  const all = Object.assign({}, ...Object.values(outputs)) as Record<string, string>;
  const output = (name: string): string => {
    const value = all[name];
    if (value === undefined) {
      throw new Error(`No stack has the output ${name}; there are ${Object.keys(all).join(', ')}.`);
    }
    return value;
  };
  return {
    pid: process.pid,
    api: output('ApiUrl'),
    issuer: output('Issuer'),
    clientId: output('ClientId'),
    scopes: `openid ${output('ReadScope')} ${output('WriteScope')}`,
    redirectUri: output('CallbackUrl'),
    table: output('TableName'),
    stateMachine: output('StateMachineArn'),
    sourceBucket: output('SourceBucketName'),
    outputBucket: output('OutputBucketName'),
    signerRoles: output('SignerRoles').split(','),
    deadLetterQueue: output('DeadLetterQueueUrl'),
    failedInvocationsQueue: output('FailedInvocationsQueueUrl'),
    endpoints,
    operator,
  };
}
