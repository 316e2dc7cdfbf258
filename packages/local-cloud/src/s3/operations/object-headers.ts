import { CANNED_ACLS, type CannedAcl, isCannedAcl, isPublicAcl } from '../access/acl.ts';
import { aclsCount } from '../access/permission.ts';
import { type Checksum, checksumHeader } from '../checksum/algorithms.ts';
import { notImplemented, s3Error } from '../errors.ts';
import type { S3Request, S3Response } from '../http/request.ts';
import type { ObjectRecord, StoredVersion, Tags } from '../store/objects.ts';
import type { Bucket } from '../store/settings.ts';
import { quoted } from './conditions.ts';
import { parseTagHeader } from './tags.ts';

/** Headers that S3 stores with an object and returns. */
const KEPT = ['cache-control', 'content-disposition', 'content-language', 'expires'];
const METADATA_PREFIX = 'x-amz-meta-';
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const MAX_METADATA = 2048;

/** The properties of a new object, from the request's headers. Throws for what is not supported. */
export function newRecord(request: S3Request, bucket: Bucket): Omit<ObjectRecord, 'checksum'> {
  const { headers } = request;
  requirePlainStorage(headers);
  return {
    headers: keptHeaders(headers),
    metadata: userMetadata(headers),
    tags: tagsOf(headers),
    acl: aclOf(headers, bucket),
  };
}

export function keptHeaders(headers: S3Request['headers']): Record<string, string> {
  const kept: Record<string, string> = {
    'content-type': headers['content-type'] || 'binary/octet-stream',
  };
  for (const name of KEPT) {
    const value = headers[name];
    if (value !== undefined) kept[name] = value;
  }
  const encodings = (headers['content-encoding'] ?? '')
    .split(',')
    .map((each) => each.trim())
    // A property of the upload, not of the object.
    .filter((each) => each !== '' && each !== 'aws-chunked');
  if (encodings.length > 0) kept['content-encoding'] = encodings.join(', ');
  return kept;
}

export function userMetadata(headers: S3Request['headers']): Record<string, string> {
  const metadata: Record<string, string> = {};
  let size = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(METADATA_PREFIX)) continue;
    const short = name.slice(METADATA_PREFIX.length);
    size += Buffer.byteLength(short) + Buffer.byteLength(value);
    metadata[short] = value;
  }
  if (size > MAX_METADATA) {
    throw s3Error('MetadataTooLarge', { Size: size, MaxSizeAllowed: MAX_METADATA });
  }
  return metadata;
}

function tagsOf(headers: S3Request['headers']): Tags {
  const text = headers['x-amz-tagging'];
  return text === undefined ? [] : parseTagHeader(text);
}

/** The requested ACL, checked against the bucket's ownership setting and public access block. */
export function aclOf(headers: S3Request['headers'], bucket: Bucket): CannedAcl {
  const name = headers['x-amz-acl'];
  if (name === undefined) return 'private';
  if (!isCannedAcl(name)) {
    throw s3Error('InvalidArgument', {
      message: `The canned ACL must be one of ${CANNED_ACLS.join(', ')}; got ${name}.`,
      ArgumentName: 'x-amz-acl',
      ArgumentValue: name,
    });
  }
  // With ACLs disabled, S3 accepts only the two that change nothing.
  if (!aclsCount(bucket) && name !== 'bucket-owner-full-control' && name !== 'private') {
    throw s3Error('AccessControlListNotSupported');
  }
  if (bucket.settings.publicAccess?.blockPublicAcls && isPublicAcl(name)) {
    throw s3Error('AccessDenied');
  }
  return name;
}

function requirePlainStorage(headers: S3Request['headers']): void {
  const storageClass = headers['x-amz-storage-class'] ?? 'STANDARD';
  if (storageClass !== 'STANDARD') {
    throw s3Error('InvalidStorageClass', { StorageClassRequested: storageClass });
  }
  const encryption = headers['x-amz-server-side-encryption'] ?? 'AES256';
  if (encryption !== 'AES256') throw notImplemented(`Server-side encryption by ${encryption}`);
}

/** The headers that describe an object, for GET and HEAD. */
export function describingHeaders(
  version: StoredVersion,
  bucket: Bucket,
): NonNullable<S3Response['headers']> {
  const { record } = version;
  return {
    ...record.headers,
    ...Object.fromEntries(
      Object.entries(record.metadata).map(([name, value]) => [
        `${METADATA_PREFIX}${name}`,
        encodedMetadata(value),
      ]),
    ),
    etag: quoted(version.etag),
    'last-modified': new Date(version.modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
    'x-amz-server-side-encryption': 'AES256',
    'x-amz-tagging-count': record.tags.length > 0 ? record.tags.length : undefined,
    ...versionHeader(version.versionId, bucket),
  };
}

/**
 * Encodes values that are not ASCII by RFC 2047:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
function encodedMetadata(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII goes as it is.
  if (/^[\x00-\x7f]*$/.test(value)) return value;
  return `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`;
}

/** Only for buckets that have or had versioning. */
export function versionHeader(versionId: string, bucket: Bucket): Record<string, string> {
  return bucket.settings.versioning === 'Unversioned' ? {} : { 'x-amz-version-id': versionId };
}

/** Only for a write that created a version. */
export function newVersionHeader(versionId: string, bucket: Bucket): Record<string, string> {
  return bucket.settings.versioning === 'Enabled' ? { 'x-amz-version-id': versionId } : {};
}

export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return {
    [checksumHeader(checksum.algorithm)]: checksum.value,
    'x-amz-checksum-type': checksum.type,
  };
}
