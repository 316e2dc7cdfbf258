import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { MAX_GRANT_SECONDS } from '../../../core/uploads/upload-policy.ts';
import { classifyErrors } from '../transient-errors.ts';

/** Temporary credentials of a signer role. */
export interface SignerCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export type ReadSignerCredentials = (
  roleArn: string,
  enoughSeconds: number,
  now: number,
) => Promise<SignerCredentials>;

export function stsClient(): STSClient {
  return classifyErrors(new STSClient());
}

/**
 * Credentials that are valid for `enoughSeconds` from `now` (milliseconds since the epoch) at least. One call of
 * STS serves as long as that is so. A presigned URL ends with its credentials, and so must its grant.
 */
export function signerCredentials(sts: Pick<STSClient, 'send'>): ReadSignerCredentials {
  const cached = new Map<string, SignerCredentials>();

  return async (roleArn, enoughSeconds, now) => {
    const known = cached.get(roleArn);
    if (known && known.expiresAt - now >= enoughSeconds * 1000) return known;
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: 'part-grants',
        DurationSeconds: MAX_GRANT_SECONDS,
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
      throw new TypeError('AssumeRole returned no credentials.');
    }
    const fresh = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiresAt: Expiration.getTime(),
    };
    cached.set(roleArn, fresh);
    return fresh;
  };
}
