import { hasPermission } from '../access/permission.ts';
import { checksumElement } from '../checksum/algorithms.ts';
import type { Engine } from '../engine.ts';
import { s3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import { MAX_LISTED_PARTS } from '../limits.ts';
import type { StoredVersion } from '../store/objects.ts';
import { type XmlElement, xmlDocument } from '../xml.ts';
import { versionHeader } from './object-headers.ts';
import type { Operation } from './operation.ts';
import { GET_OBJECT, readTarget } from './target.ts';

const ATTRIBUTES = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
export const getObjectAttributes: Operation = (request, engine) => {
  const wanted = wantedAttributes(request);
  const { bucket, version } = readTarget(request, engine, GET_OBJECT);
  const action =
    request.query.get('versionId') === undefined
      ? 's3:GetObjectAttributes'
      : 's3:GetObjectVersionAttributes';
  if (!hasPermission(engine, request, bucket, { action, key: version.key })) {
    throw s3Error('AccessDenied');
  }
  const { checksum } = version.record;
  const elements: Record<(typeof ATTRIBUTES)[number], () => XmlElement[string]> = {
    ETag: () => version.etag,
    Checksum: () =>
      checksum && {
        [checksumElement(checksum.algorithm)]: checksum.value,
        ChecksumType: checksum.type,
      },
    ObjectParts: () => objectParts(request, engine, version),
    StorageClass: () => 'STANDARD',
    ObjectSize: () => version.size,
  };
  return {
    status: 200,
    headers: {
      'last-modified': new Date(version.modifiedAt).toUTCString(),
      ...versionHeader(version.versionId, bucket),
    },
    body: xmlDocument(
      'GetObjectAttributesResponse',
      Object.fromEntries(
        ATTRIBUTES.filter((name) => wanted.has(name)).map((name) => [name, elements[name]()]),
      ),
    ),
  };
};

function wantedAttributes({ headers }: S3Request): Set<string> {
  const names = (headers['x-amz-object-attributes'] ?? '').split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(ATTRIBUTES as readonly string[]).includes(name));
  if (unknown === undefined) return new Set(names);
  throw s3Error('InvalidArgument', {
    message: `Invalid attribute name specified: "${unknown}"; known are ${ATTRIBUTES.join(', ')}.`,
    ArgumentName: 'x-amz-object-attributes',
    ArgumentValue: headers['x-amz-object-attributes'] ?? '',
  });
}

/** Only objects of a multipart upload have this element. */
function objectParts(
  request: S3Request,
  engine: Engine,
  { sequence, record }: StoredVersion,
): XmlElement | undefined {
  if (record.partsCount === undefined) return undefined;
  const marker = headerNumber(request, 'x-amz-part-number-marker') ?? 0;
  const limit = Math.min(
    headerNumber(request, 'x-amz-max-parts') ?? MAX_LISTED_PARTS,
    MAX_LISTED_PARTS,
  );
  const numbered = engine.store.objects.segments(sequence).map((segment, index) => ({
    ...segment,
    partNumber: index + 1,
  }));
  const rest = numbered.filter(({ partNumber }) => partNumber > marker);
  const page = rest.slice(0, limit);
  const truncated = rest.length > page.length;
  const { checksum } = record;
  return {
    PartsCount: record.partsCount,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.partNumber ?? marker,
    MaxParts: limit,
    IsTruncated: truncated,
    Part: page.map(({ partNumber, size, checksum: sum }) => ({
      PartNumber: partNumber,
      Size: size,
      ...(checksum && sum !== undefined ? { [checksumElement(checksum.algorithm)]: sum } : {}),
    })),
  };
}

function headerNumber({ headers }: S3Request, name: string): number | undefined {
  const text = headers[name];
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw s3Error('InvalidArgument', {
    message: `Expected an integer, got "${text}".`,
    ArgumentName: name,
    ArgumentValue: text,
  });
}
