import { ownerElement } from '../access/permission.ts';
import { s3Error } from '../errors.ts';
import type { StoredVersion } from '../store/objects.ts';
import { type XmlElement, xmlDocument } from '../xml.ts';
import { quoted } from './conditions.ts';
import { requireListPermission } from './list-objects.ts';
import {
  commonPrefixOf,
  isLaterKey,
  isoTime,
  type ListParameters,
  listParameters,
} from './listing.ts';
import type { Operation } from './operation.ts';
import { bucketTarget } from './target.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export const listObjectVersions: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requireListPermission(engine, request, bucket, 's3:ListBucketVersions');
  const parameters = listParameters(request);
  const { encode, prefix, delimiter } = parameters;
  const keyMarker = request.query.get('key-marker') ?? '';
  const versionMarker = request.query.get('version-id-marker') ?? '';
  if (versionMarker !== '' && keyMarker === '') {
    throw s3Error('InvalidArgument', {
      message: 'A version-id marker cannot be specified without a key marker.',
      ArgumentName: 'version-id-marker',
      ArgumentValue: versionMarker,
    });
  }
  const { objects } = engine.store;
  const marked =
    versionMarker === '' ? undefined : objects.version(bucket.name, keyMarker, versionMarker);
  // If the marker's version was deleted, all versions of its key come after it.
  const isBefore = ({ key, sequence }: StoredVersion) =>
    key === keyMarker && (versionMarker === '' || (marked && sequence >= marked.sequence) === true);
  const from = isLaterKey(keyMarker, prefix) ? keyMarker : prefix;
  const page = versionsPage(
    objects.scanVersions(bucket.name, from),
    parameters,
    keyMarker,
    isBefore,
  );

  return {
    status: 200,
    body: xmlDocument('ListVersionsResult', {
      Name: bucket.name,
      Prefix: encode(prefix),
      KeyMarker: encode(keyMarker),
      VersionIdMarker: versionMarker,
      NextKeyMarker: page.next === undefined ? undefined : encode(page.next.key),
      NextVersionIdMarker: page.next?.versionId,
      MaxKeys: parameters.requestedKeys,
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      EncodingType: parameters.encodingType,
      IsTruncated: page.next !== undefined,
      Version: page.items.filter((each) => !each.deleteMarker).map((each) => element(each, encode)),
      DeleteMarker: page.items
        .filter((each) => each.deleteMarker)
        .map((each) => element(each, encode)),
      CommonPrefixes: page.commonPrefixes.map((each) => ({ Prefix: encode(each) })),
    }),
  };
};

interface VersionsPage {
  readonly items: readonly StoredVersion[];
  readonly commonPrefixes: readonly string[];
  /** Undefined on the last page. */
  readonly next: { readonly key: string; readonly versionId: string | undefined } | undefined;
}

function versionsPage(
  versions: Iterable<StoredVersion>,
  { prefix, delimiter, maxKeys }: ListParameters,
  keyMarker: string,
  isBefore: (version: StoredVersion) => boolean,
): VersionsPage {
  const items: StoredVersion[] = [];
  const commonPrefixes: string[] = [];
  let last: { key: string; versionId: string | undefined } | undefined;
  for (const version of versions) {
    if (!version.key.startsWith(prefix)) {
      if (isLaterKey(version.key, prefix)) break;
      continue;
    }
    const common = commonPrefixOf(version.key, prefix, delimiter);
    if (common !== undefined) {
      if (common === keyMarker || common === commonPrefixes.at(-1)) continue;
    } else if (isBefore(version)) {
      continue;
    }
    if (items.length + commonPrefixes.length >= maxKeys) {
      return { items, commonPrefixes, next: maxKeys > 0 ? last : undefined };
    }
    if (common === undefined) items.push(version);
    else commonPrefixes.push(common);
    last =
      common === undefined
        ? { key: version.key, versionId: version.versionId }
        : { key: common, versionId: undefined };
  }
  return { items, commonPrefixes, next: undefined };
}

function element(version: StoredVersion, encode: (text: string) => string): XmlElement {
  const { key, versionId, latest, modifiedAt, owner, deleteMarker } = version;
  return {
    Key: encode(key),
    VersionId: versionId,
    IsLatest: latest,
    LastModified: isoTime(modifiedAt),
    ...(deleteMarker
      ? {}
      : {
          ETag: quoted(version.etag),
          ChecksumAlgorithm: version.record.checksum?.algorithm,
          ChecksumType: version.record.checksum?.type,
          Size: version.size,
          StorageClass: 'STANDARD',
        }),
    Owner: ownerElement(owner),
  };
}
