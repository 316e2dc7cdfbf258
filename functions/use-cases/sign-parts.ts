import type { CompactGrant, FormGrant, PutGrant } from '../../core/contract/wire.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import {
  type Refusal,
  refused,
  refuseUnlessInParts,
  refuseUnlessOpen,
  refuseUnplannedParts,
} from '../../core/uploads/refusals.ts';
import { type BeginMultipartPorts, beginMultipart } from './begin-multipart.ts';
import { findOwnUpload, type UploadReference } from './own-upload.ts';
import { type IntakePorts, refuseClosedIntake } from './refuse-closed-intake.ts';
import {
  type GrantPorts,
  grantParts,
  grantRequest,
  isSingle,
  type SingleUpload,
} from './upload-grants.ts';

export type SignPartsPorts = BeginMultipartPorts & GrantPorts & IntakePorts;

export interface SignPartsInput extends UploadReference {
  /** Default: every part of the plan. */
  readonly partNumbers?: readonly number[] | undefined;
  /** A page of these parts: `limit` of them after the first `offset`. Default: all. */
  readonly page?: { readonly offset: number; readonly limit: number } | undefined;
}

export interface SignedParts {
  readonly outcome: 'signed';
  readonly upload: UploadItem;
  readonly grant: CompactGrant;
  /** The next page's offset; absent on the last page and without pages. */
  readonly nextOffset?: number;
}

export interface SignedRequest {
  readonly outcome: 'signed_request';
  readonly upload: SingleUpload;
  readonly grant: PutGrant | FormGrant;
}

/**
 * Grants again what sends the file of a waiting upload, in parts or in one request.
 * @param now milliseconds since the epoch
 */
export async function signUpload(
  ports: SignPartsPorts,
  input: SignPartsInput,
  now: number,
): Promise<SignedParts | SignedRequest | Refusal> {
  const { partNumbers, page } = input;
  const found =
    (await refuseClosedIntake(ports, now)) ?? (await findOwnUpload(ports.uploads, input));
  if (found.outcome === 'refused') return found;
  const { upload } = found;
  const closed = refuseUnlessOpen(upload, now);
  if (closed) return closed;
  if (!isSingle(upload)) return sign(ports, upload, input, now);
  const inParts = partNumbers || page ? refuseUnlessInParts(upload) : undefined;
  if (inParts) return inParts;
  return { outcome: 'signed_request', upload, grant: await grantRequest(ports, upload, now) };
}

/**
 * Grants parts of a waiting upload, and refuses an upload that is sent in one request.
 * @param now milliseconds since the epoch
 */
export async function signParts(
  ports: SignPartsPorts,
  input: SignPartsInput,
  now: number,
): Promise<SignedParts | Refusal> {
  const found =
    (await refuseClosedIntake(ports, now)) ?? (await findOwnUpload(ports.uploads, input));
  if (found.outcome === 'refused') return found;
  const refusal = refuseUnlessInParts(found.upload) ?? refuseUnlessOpen(found.upload, now);
  return refusal ?? sign(ports, found.upload, input, now);
}

async function sign(
  ports: SignPartsPorts,
  waiting: UploadItem,
  { partNumbers, page }: SignPartsInput,
  now: number,
): Promise<SignedParts | Refusal> {
  const unplanned = refuseUnplannedParts(waiting, partNumbers ?? []);
  if (unplanned) return unplanned;
  const wanted = partNumbers ?? everyPart(waiting);
  if (page && page.offset >= wanted.length) return refused('cursor_invalid');

  const begun = await beginMultipart(ports, waiting, now);
  if (begun.outcome === 'refused') return begun;
  const { upload } = begun;
  const end = page ? page.offset + page.limit : wanted.length;
  const grant = await grantParts(ports, upload, now, wanted.slice(page?.offset ?? 0, end));
  return { outcome: 'signed', upload, grant, ...(end < wanted.length && { nextOffset: end }) };
}

function everyPart({ partCount }: UploadItem): number[] {
  return Array.from({ length: partCount }, (_, index) => index + 1);
}
