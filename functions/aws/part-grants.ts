import type { CompactGrant } from '../../core/contract/grant.ts';
import { signGrant } from '../../core/grant.ts';
import type { UploadItem } from '../../core/records.ts';
import { bucketUrl, signingRegion } from './bucket-url.ts';
import { signerCredentials } from './signer-credentials.ts';

export interface PartGrantRequest {
  readonly bucket: string;
  readonly signerRoleArn: string;
  readonly upload: UploadItem & { readonly s3UploadId: string };
  readonly lifetimeSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** All of the plan's where absent. */
  readonly partNumbers?: readonly number[] | undefined;
}

/**
 * Presigns parts as the signer's role. Credentials are used until half a grant's lifetime is left of them: a
 * grant made late ends with them, and says so in `expiresAt`.
 */
export async function grantParts(request: PartGrantRequest): Promise<CompactGrant> {
  const { bucket, upload, lifetimeSeconds, now, partNumbers } = request;
  const [url, region, credentials] = await Promise.all([
    bucketUrl(bucket),
    signingRegion(),
    signerCredentials(request.signerRoleArn, lifetimeSeconds / 2, now),
  ]);
  return signGrant({
    bucketUrl: url,
    key: upload.objectKey,
    s3UploadId: upload.s3UploadId,
    plan: upload,
    ...(partNumbers && { partNumbers }),
    credentials,
    region,
    now,
    lifetimeSeconds,
  });
}
