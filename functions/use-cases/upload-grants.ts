import type { CompactGrant, FormGrant, PutGrant } from '../../core/contract/wire.ts';
import type { ReadEnvironment } from '../../core/environment.ts';
import { signForm } from '../../core/grants/form-grant.ts';
import { signGrant } from '../../core/grants/part-grant.ts';
import { signPut } from '../../core/grants/put-grant.ts';
import { formKey } from '../../core/uploads/object-keys.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { MAX_FORM_SECONDS } from '../../core/uploads/upload-policy.ts';
import { bucketUrl, signingRegion } from '../adapters/s3/bucket-url.ts';
import { signerCredentials } from '../adapters/sts/signer-credentials.ts';
import type { BegunUpload } from './begin-multipart.ts';

/** What of a function's environment its grants depend on. */
type Granting = Pick<
  ReadEnvironment<'sign-parts'>,
  | 'SOURCE_BUCKET'
  | 'SIGNER_ROLE_ARN'
  | 'OBJECT_SIGNER_ROLE_ARN'
  | 'FORM_SIGNER_ROLE_ARN'
  | 'UPLOAD_POLICY'
  | 'TRANSFER_ACCELERATION'
>;

/** An upload that S3 need not know yet: its file comes in one request. */
export type SingleUpload = UploadItem & { readonly method: 'put' | 'post' };

export function isSingle(item: UploadItem): item is SingleUpload {
  return item.method !== undefined;
}

/**
 * Presigns parts as the signer of parts.
 *
 * @param now milliseconds since the epoch
 * @param partNumbers all of the plan's where absent
 */
export async function grantParts(
  environment: Granting,
  upload: BegunUpload,
  now: number,
  partNumbers?: readonly number[],
): Promise<CompactGrant> {
  const { SIGNER_ROLE_ARN, UPLOAD_POLICY } = environment;
  const signing = await signingAs(
    environment,
    SIGNER_ROLE_ARN,
    UPLOAD_POLICY.grantLifetimeSeconds,
    now,
  );
  return signGrant({
    ...signing,
    key: upload.objectKey,
    s3UploadId: upload.s3UploadId,
    plan: upload,
    ...(partNumbers && { partNumbers }),
  });
}

/** Presigns the one request in which the file comes, each kind as a signer of its own. */
export function grantRequest(
  environment: Granting,
  upload: SingleUpload,
  now: number,
): Promise<PutGrant | FormGrant> {
  return upload.method === 'put'
    ? grantPut(environment, upload, now)
    : grantForm(environment, upload, now);
}

async function grantPut(environment: Granting, upload: UploadItem, now: number): Promise<PutGrant> {
  const { OBJECT_SIGNER_ROLE_ARN, UPLOAD_POLICY } = environment;
  const seconds = UPLOAD_POLICY.grantLifetimeSeconds;
  const signing = await signingAs(environment, OBJECT_SIGNER_ROLE_ARN, seconds, now);
  const { objectKey: key, contentType, size, checksum } = upload;
  return signPut({ ...signing, key, contentType, size, checksum });
}

/** A form for a file below `forms/`: S3 takes it as often as it is posted, and cannot be told otherwise. */
export async function grantForm(
  environment: Granting,
  upload: UploadItem,
  now: number,
): Promise<FormGrant> {
  const { FORM_SIGNER_ROLE_ARN, SOURCE_BUCKET: bucket, UPLOAD_POLICY } = environment;
  const seconds = Math.min(MAX_FORM_SECONDS, UPLOAD_POLICY.grantLifetimeSeconds);
  const signing = await signingAs(environment, FORM_SIGNER_ROLE_ARN, seconds, now);
  const { owner, uploadId, contentType, size, redirect } = upload;
  return signForm({
    ...signing,
    bucket,
    key: formKey(owner, uploadId),
    contentType,
    size,
    redirect,
  });
}

/**
 * Credentials are used until half a grant's lifetime is left of them: a grant made late ends with them, and says
 * so in `expiresAt`.
 */
async function signingAs(
  environment: Granting,
  roleArn: string,
  lifetimeSeconds: number,
  now: number,
) {
  const [url, region, credentials] = await Promise.all([
    bucketUrl(environment.SOURCE_BUCKET, environment.TRANSFER_ACCELERATION === 'on'),
    signingRegion(),
    signerCredentials(roleArn, lifetimeSeconds / 2, now),
  ]);
  return { bucketUrl: url, region, credentials, now, lifetimeSeconds };
}
