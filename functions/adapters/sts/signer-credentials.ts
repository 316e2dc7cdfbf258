import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { MAX_GRANT_SECONDS } from '../../../core/uploads/upload-policy.ts';

/** Temporary credentials of the signer's role, which may do nothing but put parts. */
export interface SignerCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const sts = new STSClient();

const cached = new Map<string, SignerCredentials>();

/**
 * Credentials that live `enoughSeconds` from `now` at least, from one call of STS as long as they do. A
 * grant made with them must end when they do: a presigned URL dies with its credentials.
 */
export async function signerCredentials(
  roleArn: string,
  enoughSeconds: number,
  now: number,
): Promise<SignerCredentials> {
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
    throw new TypeError('STS has answered without credentials.');
  }
  const fresh = {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiresAt: Expiration.getTime(),
  };
  cached.set(roleArn, fresh);
  return fresh;
}
