import { expandGrant } from '../core/contract/expand-grant.ts';
import type { Upload } from '../core/contract/upload.ts';
import { type ApiOptions, uploadsApi } from './api.ts';
import { sendParts } from './send-parts.ts';

export interface UploadOptions extends ApiOptions {
  readonly fileName: string;
  /** For example `video/mp4`. */
  readonly contentType: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Parts on their way at the same time; 4 unless told. */
  readonly concurrency?: number;
  /** Bytes that S3 has acknowledged, of `total`. */
  readonly onProgress?: (progress: { readonly sent: number; readonly total: number }) => void;
  /** Told when every part is sent, right before `complete`. */
  readonly onCompleting?: () => void;
  /** Told once the upload is recorded and before the first part is sent. */
  readonly onGranted?: (upload: Upload) => void;
}

/**
 * Uploads a file in parallel parts straight to S3 and has them put together.
 *
 * @returns the upload as the API answered `complete` (202): its processing has begun
 * @throws ApiError when the API refuses, PartError when S3 refuses a part for good
 */
export async function upload(file: Blob, options: UploadOptions): Promise<Upload> {
  const api = uploadsApi(options);
  const created = await api.create(
    {
      fileName: options.fileName,
      contentType: options.contentType,
      size: file.size,
      ...(options.metadata && { metadata: { ...options.metadata } }),
    },
    crypto.randomUUID(),
  );
  const { id } = created.upload;
  const cut = { size: file.size, partSize: created.upload.parts.size };
  options.onGranted?.(created.upload);
  const parts = await sendParts(file, expandGrant(created.grant, cut), {
    concurrency: options.concurrency ?? 4,
    signAgain: async (partNumber) => {
      const { grant } = await api.sign(id, [partNumber]);
      const [part] = expandGrant(grant, cut);
      if (!part) throw new Error(`The API signed no part ${partNumber} of upload ${id}.`);
      return part;
    },
    onSent: (sent) => options.onProgress?.({ sent, total: file.size }),
    ...(options.signal && { signal: options.signal }),
  });
  options.onCompleting?.();
  return (await api.complete(id, { parts })).upload;
}
