import { checksumHeader } from '../checksum/algorithms.ts';
import type { Engine } from '../engine.ts';
import { s3Error } from '../errors.ts';
import { type DeclaredChecksum, declaredChecksum, receiveBody } from '../http/payload.ts';
import { integerParameter, type S3Request } from '../http/request.ts';
import { MAX_PARTS } from '../limits.ts';
import type { Part, Upload } from '../store/uploads.ts';
import { quoted } from './conditions.ts';
import type { Operation } from './operation.ts';
import { requireWritePermission } from './put-object.ts';
import { objectTarget } from './target.ts';
import { openUpload } from './upload-target.ts';
import { wholeSeconds } from './write-version.ts';

/** The part is written to disk while it is received. It replaces an earlier part only if it is complete and valid. */
export const uploadPart: Operation = async (request, engine) => {
  const { bucket, key } = objectTarget(request, engine);
  requireWritePermission(engine, request, bucket, key, false);
  const partNumber = partNumberOf(request);
  const upload = openUpload(request, engine);
  const declared = declaredChecksum(request.headers);
  requireSameAlgorithm(upload, declared);
  const { algorithm, chosen } = upload.record;
  const received = await receiveBody(request, engine.store.blobs, declared, algorithm);
  const part = putPart(request, engine, {
    partNumber,
    blob: received.blob,
    size: received.size,
    etag: received.md5.toString('hex'),
    checksum: received.checksum,
  });
  return {
    status: 200,
    headers: {
      etag: quoted(part.etag),
      'x-amz-server-side-encryption': 'AES256',
      ...(chosen || declared?.algorithm === algorithm
        ? { [checksumHeader(algorithm)]: part.checksum }
        : {}),
    },
  };
};

export function partNumberOf({ query }: S3Request): number {
  const partNumber = integerParameter(query, 'partNumber', { min: 1, max: MAX_PARTS });
  if (partNumber !== undefined) return partNumber;
  throw s3Error('InvalidArgument', {
    message: `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`,
    ArgumentName: 'partNumber',
    ArgumentValue: query.get('partNumber') ?? '',
  });
}

/** Adds a stored part to its upload, which may have ended in the meantime. */
export function putPart(
  request: S3Request,
  engine: Engine,
  received: Omit<Part, 'modifiedAt'>,
): Part {
  const part = { ...received, modifiedAt: wholeSeconds(engine.clock.now()) };
  try {
    engine.store.change((change) => {
      const { uploadId } = openUpload(request, engine);
      const before = engine.store.uploads.part(uploadId, part.partNumber);
      engine.store.uploads.putPart(uploadId, part);
      if (before) change.free([before.blob]);
    });
  } catch (error) {
    engine.store.blobs.discard([part.blob]);
    throw error;
  }
  return part;
}

function requireSameAlgorithm({ record }: Upload, declared: DeclaredChecksum | undefined): void {
  if (!record.chosen || !declared || declared.algorithm === record.algorithm) return;
  throw s3Error('InvalidRequest', {
    message: `Checksum Type mismatch occurred, expected checksum Type: ${record.algorithm.toLowerCase()}, actual checksum Type: ${declared.algorithm.toLowerCase()}`,
  });
}
