import type { CompactGrant, FormGrant, PutGrant } from '../../core/contract/wire.ts';
import { signForm } from '../../core/grants/form-grant.ts';
import { signGrant } from '../../core/grants/part-grant.ts';
import { signPut } from '../../core/grants/put-grant.ts';
import { formKey } from '../../core/uploads/object-keys.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { MAX_FORM_SECONDS, type UploadPolicy } from '../../core/uploads/upload-policy.ts';
import type { Signers } from '../ports/signing.ts';
import type { BegunUpload } from '../ports/storage.ts';

export interface GrantPorts {
  readonly signers: Signers;
  readonly policy: Pick<UploadPolicy, 'grantLifetimeSeconds'>;
  readonly sourceBucket: string;
}

/** An upload whose file is sent in one request; S3 does not need to know of it before. */
export type SingleUpload = UploadItem & { readonly method: 'put' | 'post' };

export function isSingle(item: UploadItem): item is SingleUpload {
  return item.method !== undefined;
}

/**
 * Presigns parts.
 *
 * @param now milliseconds since the epoch
 * @param partNumbers default: every part of the plan
 */
export async function grantParts(
  ports: GrantPorts,
  upload: BegunUpload,
  now: number,
  partNumbers?: readonly number[],
): Promise<CompactGrant> {
  const signing = await signingAs(ports, 'parts', ports.policy.grantLifetimeSeconds, now);
  return signGrant({
    ...signing,
    key: upload.objectKey,
    s3UploadId: upload.s3UploadId,
    plan: upload,
    ...(partNumbers && { partNumbers }),
  });
}

/** Presigns the one request that sends the file. */
export function grantRequest(
  ports: GrantPorts,
  upload: SingleUpload,
  now: number,
): Promise<PutGrant | FormGrant> {
  return upload.method === 'put' ? grantPut(ports, upload, now) : grantForm(ports, upload, now);
}

async function grantPut(ports: GrantPorts, upload: UploadItem, now: number): Promise<PutGrant> {
  const signing = await signingAs(ports, 'object', ports.policy.grantLifetimeSeconds, now);
  const { objectKey: key, contentType, size, checksum } = upload;
  return signPut({ ...signing, key, contentType, size, checksum });
}

/** A form for a file below `forms/`: S3 accepts it each time that it is posted, and no policy can prevent that. */
export async function grantForm(
  ports: GrantPorts,
  upload: UploadItem,
  now: number,
): Promise<FormGrant> {
  const seconds = Math.min(MAX_FORM_SECONDS, ports.policy.grantLifetimeSeconds);
  const signing = await signingAs(ports, 'form', seconds, now);
  const { owner, uploadId, contentType, size, redirect } = upload;
  const key = formKey(owner, uploadId);
  return signForm({ ...signing, bucket: ports.sourceBucket, key, contentType, size, redirect });
}

/**
 * Credentials are reused while half of a grant's lifetime is left of them. A grant that is made late ends with its
 * credentials, and `expiresAt` says so.
 */
async function signingAs(
  { signers }: GrantPorts,
  kind: 'parts' | 'object' | 'form',
  lifetimeSeconds: number,
  now: number,
) {
  const signing = await signers.signing(kind, lifetimeSeconds / 2, now);
  return { ...signing, now, lifetimeSeconds };
}
