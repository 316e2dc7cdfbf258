import type { Engine } from '../engine.ts';
import { s3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import type { Upload } from '../store/uploads.ts';

/** The upload that the request names, of its bucket and key, finished or not. Throws NoSuchUpload. */
export function uploadOf(request: S3Request, engine: Engine): Upload {
  const uploadId = request.query.get('uploadId') ?? '';
  const upload = engine.store.uploads.find(uploadId);
  if (upload && upload.bucket === request.bucket && upload.key === request.key) return upload;
  throw s3Error('NoSuchUpload', { UploadId: uploadId });
}

/** The same, but only while it is under way. */
export function openUpload(request: S3Request, engine: Engine): Upload {
  const upload = uploadOf(request, engine);
  if (upload.result === undefined) return upload;
  throw s3Error('NoSuchUpload', { UploadId: upload.uploadId });
}
