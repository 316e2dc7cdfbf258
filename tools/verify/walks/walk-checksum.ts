import { UploadError } from '@reelgate/client';
import { expandGrant } from '../../../core/contract/expand-grant.ts';
import { sendToS3 } from '../api-client.ts';
import type { Findings } from '../findings.ts';
import type { WalkTools } from './walk-video.ts';

const BYTES = new Uint8Array(1_000).fill(1);
/** The CRC64NVME of no bytes. */
const OTHER_CHECKSUM = 'AAAAAAAAAAA=';

/** Completes an upload with the checksum of other bytes, and deletes it. */
export async function walkChecksum(
  { api, signal }: WalkTools,
  idempotencyKey: string,
): Promise<Findings['checksum']> {
  const { upload, grant } = await api.uploads.create(
    { fileName: 'checksum.mp4', contentType: 'video/mp4', size: BYTES.length },
    idempotencyKey,
  );
  try {
    const [part] = expandGrant(grant, { size: upload.size, partSize: upload.parts.size });
    if (!part) throw new Error('The grant has no part.');
    const etag =
      (await sendToS3(part.url, { method: 'PUT', body: BYTES, signal })).get('etag') ?? '';
    const parts = [{ partNumber: part.partNumber, etag }];
    const refused = await api.uploads
      .complete(upload.id, { parts, checksum: OTHER_CHECKSUM })
      .then(() => undefined)
      .catch((error: unknown) => {
        if (error instanceof UploadError && error.problem) return error.code;
        throw error;
      });
    const { status, reason } = (await api.uploads.get(upload.id)).upload;
    return {
      ...(refused !== undefined && { code: refused }),
      ...(reason?.detail !== undefined && { detail: reason.detail }),
      status,
    };
  } finally {
    await api.uploads.cancel(upload.id);
  }
}
