import { createHash } from 'node:crypto';
import { checksumElement, startChecksum } from '../checksum/algorithms.ts';
import { s3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import { xmlDocument } from '../xml.ts';
import { quoted } from './conditions.ts';
import { copySource } from './copy-source.ts';
import { blobRanges } from './get-object.ts';
import { isoTime } from './listing.ts';
import type { Operation } from './operation.ts';
import { requireWritePermission } from './put-object.ts';
import { objectTarget } from './target.ts';
import { partNumberOf, putPart } from './upload-part.ts';
import { openUpload } from './upload-target.ts';

/** Creates a part from a range of an object. The bytes are read once, for the digests. */
export const uploadPartCopy: Operation = async (request, engine) => {
  const { bucket, key } = objectTarget(request, engine);
  requireWritePermission(engine, request, bucket, key, false);
  const partNumber = partNumberOf(request);
  const { record } = openUpload(request, engine);
  const { version: source } = copySource(request, engine);
  const { from, to } = copyRange(request, source.size);
  const md5 = createHash('md5');
  const sum = startChecksum(record.algorithm);
  const segments = engine.store.objects.segments(source.sequence);
  const blob = await engine.store.blobs.write(
    engine.store.blobs.read(blobRanges(segments, from, to)),
    (chunk) => {
      md5.update(chunk);
      sum.update(chunk);
    },
    () => undefined,
  );
  const part = putPart(request, engine, {
    partNumber,
    blob,
    size: to - from + 1,
    etag: md5.digest('hex'),
    checksum: sum.digest(),
  });
  return {
    status: 200,
    headers: { 'x-amz-server-side-encryption': 'AES256' },
    body: xmlDocument('CopyPartResult', {
      LastModified: isoTime(part.modifiedAt),
      ETag: quoted(part.etag),
      ...(record.chosen ? { [checksumElement(record.algorithm)]: part.checksum } : {}),
    }),
  };
};

function copyRange({ headers }: S3Request, size: number): { from: number; to: number } {
  const text = headers['x-amz-copy-source-range'];
  if (text === undefined) return { from: 0, to: size - 1 };
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(text) ?? [];
  const from = Number(first);
  const to = Number(last);
  if (first === undefined || from > to) {
    throw s3Error('InvalidArgument', {
      message:
        'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      ArgumentName: 'x-amz-copy-source-range',
      ArgumentValue: text,
    });
  }
  if (to < size) return { from, to };
  throw s3Error('InvalidArgument', {
    message: `Range specified is not valid for source object of size: ${size}`,
    ArgumentName: 'x-amz-copy-source-range',
    ArgumentValue: text,
  });
}
