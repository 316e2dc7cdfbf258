import { ownerElement, requirePermission } from '../access/permission.ts';
import { checksumElement } from '../checksum/algorithms.ts';
import { integerParameter } from '../http/request.ts';
import { MAX_LISTED_PARTS } from '../limits.ts';
import { xmlDocument } from '../xml.ts';
import { quoted } from './conditions.ts';
import { isoTime } from './listing.ts';
import type { Operation } from './operation.ts';
import { objectTarget } from './target.ts';
import { openUpload } from './upload-target.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export const listParts: Operation = (request, engine) => {
  const { bucket, key } = objectTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:ListMultipartUploadParts', key });
  const { query } = request;
  const max = 2 ** 31 - 1;
  const marker = integerParameter(query, 'part-number-marker', { min: 0, max }) ?? 0;
  const requested = integerParameter(query, 'max-parts', { min: 0, max }) ?? MAX_LISTED_PARTS;
  const limit = Math.min(requested, MAX_LISTED_PARTS);
  const { uploadId, record, owner } = openUpload(request, engine);
  const rest = engine.store.uploads.parts(uploadId).filter(({ partNumber }) => partNumber > marker);
  const page = rest.slice(0, limit);
  return {
    status: 200,
    body: xmlDocument('ListPartsResult', {
      Bucket: bucket.name,
      Key: key,
      UploadId: uploadId,
      Initiator: ownerElement(owner),
      Owner: ownerElement(owner),
      StorageClass: 'STANDARD',
      PartNumberMarker: marker,
      NextPartNumberMarker: page.at(-1)?.partNumber ?? 0,
      MaxParts: limit,
      IsTruncated: rest.length > page.length,
      ChecksumAlgorithm: record.chosen ? record.algorithm : undefined,
      ChecksumType: record.chosen ? record.type : undefined,
      Part: page.map((part) => ({
        PartNumber: part.partNumber,
        LastModified: isoTime(part.modifiedAt),
        ETag: quoted(part.etag),
        Size: part.size,
        ...(record.chosen ? { [checksumElement(record.algorithm)]: part.checksum } : {}),
      })),
    }),
  };
};
