import { requirePermission } from '../access/permission.ts';
import type { Operation } from './operation.ts';
import { objectTarget } from './target.ts';
import { openUpload } from './upload-target.ts';

export const abortMultipartUpload: Operation = (request, engine) => {
  const { bucket, key } = objectTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:AbortMultipartUpload', key });
  const { uploadId } = openUpload(request, engine);
  engine.store.change((change) => {
    change.free(engine.store.uploads.parts(uploadId).map(({ blob }) => blob));
    engine.store.uploads.remove(uploadId);
  });
  return { status: 204 };
};
