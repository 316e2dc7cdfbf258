import type { CompactGrant, FormGrant, PutGrant } from '../../core/contract/wire.ts';
import { redirectProblems } from '../../core/uploads/create-request.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { type Refusal, refuseInvalidFields } from '../../core/uploads/refusals.ts';
import { type BeginMultipartPorts, beginMultipart } from './begin-multipart.ts';
import { type RecordUploadInput, type RecordUploadPorts, recordUpload } from './record-upload.ts';
import { type IntakePorts, refuseClosedIntake } from './refuse-closed-intake.ts';
import { type GrantPorts, grantParts, grantRequest, isSingle } from './upload-grants.ts';

export type CreateUploadPorts = RecordUploadPorts &
  BeginMultipartPorts &
  GrantPorts &
  IntakePorts & {
    /** Origins to which a form may redirect. */
    readonly allowedOrigins: readonly string[];
  };

export type CreateUploadOutcome =
  | {
      readonly outcome: 'created';
      readonly upload: UploadItem;
      readonly grant: CompactGrant | PutGrant | FormGrant;
    }
  | Refusal;

/**
 * Records an upload and grants what sends its file.
 * @param now milliseconds since the epoch
 */
export async function createUpload(
  ports: CreateUploadPorts,
  input: RecordUploadInput,
  now: number,
): Promise<CreateUploadOutcome> {
  const closed = await refuseClosedIntake(ports, now);
  if (closed) return closed;
  const invalid = refuseInvalidFields(redirectProblems(input.request, ports.allowedOrigins));
  if (invalid) return invalid;
  const recorded = await recordUpload(ports, input, now);
  if (recorded.outcome === 'refused') return recorded;
  if (isSingle(recorded.upload)) {
    const { upload } = recorded;
    return { outcome: 'created', upload, grant: await grantRequest(ports, upload, now) };
  }
  const begun = await beginMultipart(ports, recorded.upload, now);
  if (begun.outcome === 'refused') return begun;
  const { upload } = begun;
  return { outcome: 'created', upload, grant: await grantParts(ports, upload, now) };
}
