import { ownerElement, requirePermission } from '../access/permission.ts';
import type { Upload } from '../store/uploads.ts';
import { type XmlElement, xmlDocument } from '../xml.ts';
import { commonPrefixOf, isLaterKey, isoTime, listParameters } from './listing.ts';
import type { Operation } from './operation.ts';
import { bucketTarget } from './target.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export const listMultipartUploads: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:ListBucketMultipartUploads' });
  const parameters = listParameters(request, 'max-uploads');
  const { encode, prefix, delimiter, maxKeys } = parameters;
  const keyMarker = request.query.get('key-marker') ?? '';
  // Has a meaning only together with a key marker.
  const idMarker = keyMarker === '' ? '' : (request.query.get('upload-id-marker') ?? '');
  const from = isLaterKey(keyMarker, prefix) ? keyMarker : prefix;

  const marked = idMarker === '' ? undefined : engine.store.uploads.find(idMarker);
  const uploads: Upload[] = [];
  const commonPrefixes: string[] = [];
  let truncated = false;
  let next: { key: string; uploadId: string } | undefined;
  for (const upload of engine.store.uploads.scan(bucket.name, from)) {
    if (!upload.key.startsWith(prefix)) break;
    if (upload.key === keyMarker && !isBehind(upload, idMarker, marked)) continue;
    const common = commonPrefixOf(upload.key, prefix, delimiter);
    if (common !== undefined && (common === keyMarker || common === commonPrefixes.at(-1)))
      continue;
    if (uploads.length + commonPrefixes.length >= maxKeys) {
      truncated = maxKeys > 0;
      break;
    }
    if (common === undefined) uploads.push(upload);
    else commonPrefixes.push(common);
    next =
      common === undefined
        ? { key: upload.key, uploadId: upload.uploadId }
        : { key: common, uploadId: '' };
  }
  return {
    status: 200,
    body: xmlDocument('ListMultipartUploadsResult', {
      Bucket: bucket.name,
      KeyMarker: encode(keyMarker),
      UploadIdMarker: idMarker,
      NextKeyMarker: truncated && next ? encode(next.key) : '',
      NextUploadIdMarker: truncated && next ? next.uploadId : '',
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      Prefix: encode(prefix),
      MaxUploads: parameters.requestedKeys,
      EncodingType: parameters.encodingType,
      IsTruncated: truncated,
      Upload: uploads.map((upload) => element(upload, encode)),
      CommonPrefixes: commonPrefixes.map((each) => ({ Prefix: encode(each) })),
    }),
  };
};

/**
 * Whether the upload comes after the marker. If the marker's upload has ended, all uploads of its key come
 * after it.
 */
function isBehind(upload: Upload, idMarker: string, marked: Upload | undefined): boolean {
  if (idMarker === '') return false;
  if (!marked) return true;
  return upload.initiatedAt === marked.initiatedAt
    ? upload.uploadId > marked.uploadId
    : upload.initiatedAt > marked.initiatedAt;
}

function element(upload: Upload, encode: (text: string) => string): XmlElement {
  const { key, uploadId, owner, initiatedAt, record } = upload;
  return {
    Key: encode(key),
    UploadId: uploadId,
    Initiator: ownerElement(owner),
    Owner: ownerElement(owner),
    StorageClass: 'STANDARD',
    Initiated: isoTime(initiatedAt),
    ChecksumAlgorithm: record.chosen ? record.algorithm : undefined,
    ChecksumType: record.chosen ? record.type : undefined,
  };
}
