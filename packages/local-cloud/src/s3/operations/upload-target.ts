import type { Engine } from '../engine.ts';
import { s3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import type { Upload } from '../store/uploads.ts';

/** The upload of the request, completed or not. Throws NoSuchUpload. */
export function uploadOf(request: S3Request, engine: Engine): Upload {
  const uploadId = request.query.get('uploadId') ?? '';
  const upload = engine.store.uploads.find(uploadId);
  if (upload && upload.bucket === request.bucket && upload.key === request.key) return upload;
  throw s3Error('NoSuchUpload', { UploadId: uploadId });
}

/** The upload of the request. Throws NoSuchUpload if it is completed. */
export function openUpload(request: S3Request, engine: Engine): Upload {
  const upload = uploadOf(request, engine);
  if (upload.result === undefined) return upload;
  throw s3Error('NoSuchUpload', { UploadId: upload.uploadId });
}
