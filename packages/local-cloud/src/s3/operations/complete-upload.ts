import { createHash } from 'node:crypto';
import {
  type Checksum,
  checksumElement,
  checksumHeader,
  checksumOfParts,
  checksumsInHeaders,
} from '../checksum/algorithms.ts';
import type { Engine } from '../engine.ts';
import { s3Error } from '../errors.ts';
import { readText } from '../http/payload.ts';
import type { S3Request, S3Response } from '../http/request.ts';
import type { Segment } from '../store/objects.ts';
import type { Bucket } from '../store/settings.ts';
import type { Part, Upload } from '../store/uploads.ts';
import { xmlDocument } from '../xml.ts';
import {
  chooseParts,
  parseWantedParts,
  requirePartChecksums,
  type WantedPart,
} from './completion-request.ts';
import { quoted, requireWriteConditions } from './conditions.ts';
import { actorOf } from './events.ts';
import { newVersionHeader } from './object-headers.ts';
import type { Operation } from './operation.ts';
import { requireWritePermission } from './put-object.ts';
import { objectTarget } from './target.ts';
import { uploadOf } from './upload-target.ts';
import { writeVersion } from './write-version.ts';

/** Larger than the list of 10,000 parts with a checksum each. */
const MAX_DOCUMENT = 8 * 1024 * 1024;

/**
 * Creates an object from an upload's parts. No byte is copied or read: the object refers to the files of the
 * parts, and its ETag and checksum are derived from theirs. It is one transaction, so the object is complete
 * or absent.
 */
export const completeMultipartUpload: Operation = async (request, engine) => {
  const { bucket, key } = objectTarget(request, engine);
  requireWritePermission(engine, request, bucket, key, true);
  uploadOf(request, engine);
  const wanted = parseWantedParts(await readText(request, MAX_DOCUMENT, 'ignore-checksum'));
  return engine.store.change((change) => {
    const target = engine.store.buckets.get(bucket.name);
    const upload = uploadOf(request, engine);
    const fingerprint = fingerprintOf(wanted);
    requireWriteConditions(request.headers, engine.store.objects.latest(bucket.name, key), key);
    if (upload.result) {
      if (upload.result.request !== fingerprint) {
        throw s3Error('NoSuchUpload', { UploadId: upload.uploadId });
      }
      return repeatedResponse(request, engine, target, upload);
    }
    const stored = engine.store.uploads.parts(upload.uploadId);
    const parts = chooseParts(upload, wanted, stored);
    const checksum = checksumOf(upload, parts);
    const ignored = engine.ignoresUnnamedChecksums && !upload.record.chosen;
    requireAnnounced(request, parts, checksum, ignored);
    requirePartChecksums(upload, wanted);
    const version = writeVersion(
      engine,
      change,
      target,
      {
        key,
        size: parts.reduce((sum, { size }) => sum + size, 0),
        etag: `${md5OfDigests(parts)}-${parts.length}`,
        owner: upload.owner,
        record: {
          headers: upload.record.headers,
          metadata: upload.record.metadata,
          tags: upload.record.tags,
          acl: upload.record.acl,
          checksum,
          partsCount: parts.length,
        },
        segments: segmentsOf(parts),
      },
      actorOf(request),
      'CompleteMultipartUpload',
    );
    const used = new Set(parts.map(({ blob }) => blob));
    change.free(stored.map(({ blob }) => blob).filter((blob) => !used.has(blob)));
    const { versionId, etag } = version;
    engine.store.uploads.complete(upload.uploadId, engine.clock.now(), {
      request: fingerprint,
      versionId,
      etag,
    });
    return responseOf(request, target, { key, versionId, etag, checksum });
  });
};

/** Requests for the same parts have the same fingerprint. */
function fingerprintOf(wanted: readonly WantedPart[]): string {
  const hash = createHash('sha256');
  for (const { partNumber, etag } of wanted) hash.update(`${partNumber} ${etag}\n`);
  return hash.digest('hex');
}

/** A client that lost the response gets it again while the object exists. */
function repeatedResponse(
  request: S3Request,
  engine: Engine,
  bucket: Bucket,
  { uploadId, key, result }: Upload,
): S3Response {
  const versionId = result?.versionId ?? '';
  const version = engine.store.objects.version(bucket.name, key, versionId);
  if (!version || version.etag !== result?.etag)
    throw s3Error('NoSuchUpload', { UploadId: uploadId });
  return responseOf(request, bucket, {
    key,
    versionId,
    etag: version.etag,
    checksum: version.record.checksum,
  });
}

function responseOf(
  request: S3Request,
  bucket: Bucket,
  object: { key: string; versionId: string; etag: string; checksum: Checksum | undefined },
): S3Response {
  const { key, etag, checksum } = object;
  return {
    status: 200,
    headers: {
      'x-amz-server-side-encryption': 'AES256',
      ...newVersionHeader(object.versionId, bucket),
    },
    body: xmlDocument('CompleteMultipartUploadResult', {
      Location: `http://${request.headers.host ?? 'localhost'}${request.rawPath}`,
      Bucket: bucket.name,
      Key: key,
      ETag: quoted(etag),
      ...(checksum
        ? { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type }
        : {}),
    }),
  };
}

function md5OfDigests(parts: readonly Part[]): string {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(Buffer.from(etag, 'hex'));
  return hash.digest('hex');
}

function checksumOf({ record }: Upload, parts: readonly Part[]): Checksum {
  const { algorithm, type } = record;
  return { algorithm, type, value: checksumOfParts(algorithm, type, parts) };
}

function segmentsOf(parts: readonly Part[]): Segment[] {
  let start = 0;
  return parts.map(({ partNumber, size, blob, checksum }) => {
    const segment = { partNumber, start, size, blob, checksum };
    start += size;
    return segment;
  });
}

/** Checks the size and the checksum of the whole object, if the client sends them. */
function requireAnnounced(
  { headers }: S3Request,
  parts: readonly Part[],
  checksum: Checksum,
  ignoresChecksum: boolean,
): void {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const announced = headers['x-amz-mp-object-size'];
  if (announced !== undefined && Number(announced) !== size) {
    throw s3Error('InvalidRequest', {
      message: `The provided 'x-amz-mp-object-size' header value ${announced} does not match what was computed: ${size}`,
    });
  }
  const type = headers['x-amz-checksum-type']?.toUpperCase();
  if (type !== undefined && type !== checksum.type) {
    throw s3Error('InvalidRequest', {
      message: `The upload was created using the ${checksum.type} checksum mode. The complete request must use the same checksum mode.`,
    });
  }
  if (ignoresChecksum) return;
  for (const { algorithm, value } of checksumsInHeaders(headers)) {
    if (algorithm !== checksum.algorithm) {
      throw s3Error('InvalidRequest', {
        message: `Checksum Type mismatch occurred, expected checksum Type: ${checksum.algorithm.toLowerCase()}, actual checksum Type: ${algorithm.toLowerCase()}`,
      });
    }
    if (value === checksum.value || `${value}-${parts.length}` === checksum.value) continue;
    throw s3Error('BadDigest', {
      message: `The ${checksumHeader(algorithm)} you specified did not match the calculated checksum.`,
    });
  }
}
