import type { CompanionCreate } from '../../core/contract/companion.ts';
import type { FormGrant } from '../../core/contract/wire.ts';
import { companionUpload } from '../../core/uploads/companion-upload.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { type Refusal, refused, refuseInvalidFields } from '../../core/uploads/refusals.ts';
import { type AbandonUploadPorts, abandon } from './abandon-upload.ts';
import { type BeginMultipartPorts, beginMultipart } from './begin-multipart.ts';
import { type RecordUploadOutcome, type RecordUploadPorts, recordUpload } from './record-upload.ts';
import { type IntakePorts, refuseClosedIntake } from './refuse-closed-intake.ts';
import { type GrantPorts, grantForm } from './upload-grants.ts';

export type CreateCompanionUploadPorts = RecordUploadPorts &
  BeginMultipartPorts &
  AbandonUploadPorts &
  IntakePorts &
  GrantPorts;

export interface CreateCompanionUploadInput {
  readonly owner: string;
  readonly subject: string;
  readonly request: CompanionCreate;
}

/**
 * Records an upload in parts as Uppy asks for it, and creates it in S3.
 * @param now milliseconds since the epoch
 */
export async function createCompanionMultipart(
  ports: CreateCompanionUploadPorts,
  input: CreateCompanionUploadInput,
  now: number,
): Promise<{ readonly outcome: 'created'; readonly upload: UploadItem } | Refusal> {
  const recorded = await record(ports, input, 'multipart', now);
  if (recorded.outcome === 'refused') return recorded;
  const begun = await orAbandon(ports, recorded.upload, now, () =>
    beginMultipart(ports, recorded.upload, now),
  );
  return begun.outcome === 'refused' ? begun : { outcome: 'created', upload: begun.upload };
}

/**
 * Records an upload whose file is sent by one form, and signs that form.
 * @param now milliseconds since the epoch
 */
export async function createCompanionForm(
  ports: CreateCompanionUploadPorts,
  input: CreateCompanionUploadInput,
  now: number,
): Promise<{ readonly outcome: 'created'; readonly grant: FormGrant } | Refusal> {
  const recorded = await record(ports, input, 'post', now);
  if (recorded.outcome === 'refused') return recorded;
  const grant = await orAbandon(ports, recorded.upload, now, () =>
    grantForm(ports, recorded.upload, now),
  );
  return { outcome: 'created', grant };
}

async function record(
  ports: CreateCompanionUploadPorts,
  { owner, subject, request }: CreateCompanionUploadInput,
  method: 'multipart' | 'post',
  now: number,
): Promise<RecordUploadOutcome> {
  const closed = await refuseClosedIntake(ports, now);
  if (closed) return closed;
  const wanted = companionUpload(request, method);
  if ('problems' in wanted) {
    return refuseInvalidFields(wanted.problems) ?? refused('invalid_request');
  }
  return recordUpload(ports, { owner, subject, ...wanted }, now);
}

/**
 * Uppy sends no key by which it could ask for the same upload again. An upload that it never learns of is
 * abandoned, or it would hold its bytes until its deadline.
 */
async function orAbandon<Begun>(
  ports: CreateCompanionUploadPorts,
  item: UploadItem,
  now: number,
  begin: () => Promise<Begun>,
): Promise<Begun> {
  try {
    return await begin();
  } catch (error) {
    // If that fails too, the reconciler ends the upload at its deadline.
    await abandon(ports, item, now).catch(() => undefined);
    throw error;
  }
}
