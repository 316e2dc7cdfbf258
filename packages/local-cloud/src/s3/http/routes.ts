import { notImplemented, s3Error } from '../errors.ts';
import { abortMultipartUpload } from '../operations/abort-upload.ts';
import { getBucketAcl, getObjectAcl, putBucketAcl, putObjectAcl } from '../operations/acls.ts';
import * as configuration from '../operations/bucket-configuration.ts';
import * as cors from '../operations/bucket-cors.ts';
import * as lifecycle from '../operations/bucket-lifecycle.ts';
import * as policy from '../operations/bucket-policy.ts';
import * as buckets from '../operations/buckets.ts';
import { completeMultipartUpload } from '../operations/complete-upload.ts';
import { copyObject } from '../operations/copy-object.ts';
import { createMultipartUpload } from '../operations/create-upload.ts';
import { deleteObject } from '../operations/delete-object.ts';
import { deleteObjects } from '../operations/delete-objects.ts';
import { getObject } from '../operations/get-object.ts';
import { listObjects, listObjectsV2 } from '../operations/list-objects.ts';
import { listParts } from '../operations/list-parts.ts';
import { listMultipartUploads } from '../operations/list-uploads.ts';
import { listObjectVersions } from '../operations/list-versions.ts';
import { getObjectAttributes } from '../operations/object-attributes.ts';
import * as tagging from '../operations/object-tagging.ts';
import type { Operation } from '../operations/operation.ts';
import * as ownership from '../operations/ownership.ts';
import { postObject } from '../operations/post-object.ts';
import { putObject } from '../operations/put-object.ts';
import { uploadPart } from '../operations/upload-part.ts';
import { uploadPartCopy } from '../operations/upload-part-copy.ts';
import type { S3Request } from './request.ts';

interface Route {
  readonly operation: Operation;
  /** Whether the operation accepts a version id. */
  readonly takesVersion: boolean;
}

const route = (operation: Operation): Route => ({ operation, takesVersion: false });
const routeOfVersion = (operation: Operation): Route => ({ operation, takesVersion: true });

/** By method, target and the parameter that selects the operation; `copy` means that x-amz-copy-source is present. */
const ROUTES: Readonly<Record<string, Route>> = {
  'GET service': route(buckets.listBuckets),

  'PUT bucket': route(buckets.createBucket),
  'DELETE bucket': route(buckets.deleteBucket),
  'HEAD bucket': route(buckets.headBucket),
  'GET bucket': route(listObjects),
  'GET bucket list-type': route(listObjectsV2),
  'GET bucket versions': route(listObjectVersions),
  'GET bucket uploads': route(listMultipartUploads),
  'GET bucket location': route(buckets.getBucketLocation),
  'GET bucket acl': route(getBucketAcl),
  'PUT bucket acl': route(putBucketAcl),
  'GET bucket cors': route(cors.getBucketCors),
  'PUT bucket cors': route(cors.putBucketCors),
  'DELETE bucket cors': route(cors.deleteBucketCors),
  'GET bucket policy': route(policy.getBucketPolicy),
  'PUT bucket policy': route(policy.putBucketPolicy),
  'DELETE bucket policy': route(policy.deleteBucketPolicy),
  'GET bucket versioning': route(configuration.getBucketVersioning),
  'PUT bucket versioning': route(configuration.putBucketVersioning),
  'GET bucket ownershipControls': route(ownership.getOwnershipControls),
  'PUT bucket ownershipControls': route(ownership.putOwnershipControls),
  'DELETE bucket ownershipControls': route(ownership.deleteOwnershipControls),
  'GET bucket publicAccessBlock': route(configuration.getPublicAccessBlock),
  'PUT bucket publicAccessBlock': route(configuration.putPublicAccessBlock),
  'DELETE bucket publicAccessBlock': route(configuration.deletePublicAccessBlock),
  'GET bucket tagging': route(configuration.getBucketTagging),
  'PUT bucket tagging': route(configuration.putBucketTagging),
  'DELETE bucket tagging': route(configuration.deleteBucketTagging),
  'GET bucket encryption': route(configuration.getBucketEncryption),
  'GET bucket notification': route(configuration.getBucketNotification),
  'PUT bucket notification': route(configuration.putBucketNotification),
  'GET bucket lifecycle': route(lifecycle.getBucketLifecycle),
  'PUT bucket lifecycle': route(lifecycle.putBucketLifecycle),
  'DELETE bucket lifecycle': route(lifecycle.deleteBucketLifecycle),
  'POST bucket delete': route(deleteObjects),
  'POST bucket': route(postObject),

  'GET object': routeOfVersion(getObject),
  'HEAD object': routeOfVersion(getObject),
  'PUT object': route(putObject),
  'PUT object copy': route(copyObject),
  'DELETE object': routeOfVersion(deleteObject),
  'GET object attributes': routeOfVersion(getObjectAttributes),
  'GET object tagging': routeOfVersion(tagging.getObjectTagging),
  'PUT object tagging': routeOfVersion(tagging.putObjectTagging),
  'DELETE object tagging': routeOfVersion(tagging.deleteObjectTagging),
  'GET object acl': routeOfVersion(getObjectAcl),
  'PUT object acl': routeOfVersion(putObjectAcl),
  'POST object uploads': route(createMultipartUpload),
  'PUT object uploadId': route(uploadPart),
  'PUT object uploadId copy': route(uploadPartCopy),
  'GET object uploadId': route(listParts),
  'POST object uploadId': route(completeMultipartUpload),
  'DELETE object uploadId': route(abortMultipartUpload),
};

const SELECTORS = new Set(
  Object.keys(ROUTES)
    .flatMap((name) => name.split(' ').slice(2))
    .filter((name) => name !== 'copy'),
);
/** Parameters of S3 that this engine does not support. S3 ignores parameters that it does not know. */
const UNSUPPORTED = new Set([
  ...['accelerate', 'analytics', 'intelligent-tiering', 'inventory', 'legal-hold', 'logging'],
  ...['metadataConfiguration', 'metadataTable', 'metrics', 'object-lock', 'policyStatus'],
  ...['renameObject', 'replication', 'requestPayment', 'restore', 'retention', 'select', 'session'],
  ...['torrent', 'website'],
]);

/** The supported headers of S3. Any other `x-amz-*` header is refused by name. */
const KNOWN_HEADERS = new RegExp(
  `^x-amz-(${[
    ...['meta-.*', 'acl', 'date', 'content-sha256', 'security-token', 'decoded-content-length'],
    ...['trailer', 'user-agent', 'sdk-checksum-algorithm', 'checksum-[a-z0-9]+', 'checksum-mode'],
    ...[
      'checksum-algorithm',
      'checksum-type',
      'tagging',
      'tagging-directive',
      'metadata-directive',
    ],
    ...['storage-class', 'server-side-encryption', 'expected-bucket-owner', 'request-payer'],
    ...['source-expected-bucket-owner', 'copy-source', 'copy-source-range', 'copy-source-if-.*'],
    ...['object-attributes', 'max-parts', 'part-number-marker', 'mp-object-size'],
    ...['object-ownership', 'if-match-last-modified-time', 'if-match-size'],
    // Accepted, since there are no locked objects.
    'bypass-governance-retention',
    // From the fields of a form.
    ...['algorithm', 'credential', 'signature', 'expires', 'signedheaders'],
  ].join('|')})$`,
  'i',
);

/** The operation of a request. Throws NotImplemented for what S3 supports and this engine does not. */
export function findOperation(request: S3Request): Operation {
  const { method, bucket, key, query, headers } = request;
  const target = bucket === undefined ? 'service' : key === undefined ? 'bucket' : 'object';
  const selector = [...query.keys()].find((name) => SELECTORS.has(name));
  const copies = method === 'PUT' && headers['x-amz-copy-source'] !== undefined;
  const name = [method, target, selector, copies ? 'copy' : undefined]
    .filter((part) => part !== undefined)
    .join(' ');
  const found = ROUTES[name];
  const unsupported = [...query.keys()].find((each) => UNSUPPORTED.has(each));
  if (unsupported !== undefined) {
    throw notImplemented(`The query parameter ${unsupported} of ${method} on a ${target}`);
  }
  if (!found) {
    throw s3Error('MethodNotAllowed', { Method: method, ResourceType: target.toUpperCase() });
  }
  if (query.has('versionId') && !found.takesVersion) {
    throw s3Error('InvalidArgument', {
      message: 'This operation does not accept a version-id.',
      ArgumentName: 'versionId',
      ArgumentValue: query.get('versionId') ?? '',
    });
  }
  requireKnownHeaders(headers);
  return found.operation;
}

/** The name of the operation in the API of S3. The functions have the same names. */
export function operationName({ method, key }: S3Request, operation: Operation): string {
  // One function serves both methods of an object.
  if (method === 'HEAD' && key !== undefined) return 'HeadObject';
  return `${operation.name.charAt(0).toUpperCase()}${operation.name.slice(1)}`;
}

function requireKnownHeaders(headers: S3Request['headers']): void {
  for (const name of Object.keys(headers)) {
    if (!name.startsWith('x-amz-') || KNOWN_HEADERS.test(name)) continue;
    throw notImplemented(`The header ${name}`);
  }
}
