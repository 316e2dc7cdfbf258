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
  /** Query parameters that it knows; any other is refused by name. */
  readonly parameters: readonly string[];
}

const LISTING = ['prefix', 'delimiter', 'max-keys', 'encoding-type'];
const RESPONSE = [
  ...['response-cache-control', 'response-content-disposition', 'response-content-encoding'],
  ...['response-content-language', 'response-content-type', 'response-expires'],
];

const route = (operation: Operation, ...parameters: string[]): Route => ({ operation, parameters });

/** By method, target and the parameter that selects the operation; `copy` stands for x-amz-copy-source. */
const ROUTES: Readonly<Record<string, Route>> = {
  'GET service': route(
    buckets.listBuckets,
    'max-buckets',
    'prefix',
    'continuation-token',
    'bucket-region',
  ),

  'PUT bucket': route(buckets.createBucket),
  'DELETE bucket': route(buckets.deleteBucket),
  'HEAD bucket': route(buckets.headBucket),
  'GET bucket': route(listObjects, ...LISTING, 'marker'),
  'GET bucket list-type': route(
    listObjectsV2,
    ...[...LISTING, 'list-type', 'continuation-token', 'start-after', 'fetch-owner'],
  ),
  'GET bucket versions': route(
    listObjectVersions,
    ...[...LISTING, 'versions', 'key-marker', 'version-id-marker'],
  ),
  'GET bucket uploads': route(
    listMultipartUploads,
    ...['uploads', 'prefix', 'delimiter', 'encoding-type'],
    ...['key-marker', 'upload-id-marker', 'max-uploads'],
  ),
  'GET bucket location': route(buckets.getBucketLocation, 'location'),
  'GET bucket acl': route(getBucketAcl, 'acl'),
  'PUT bucket acl': route(putBucketAcl, 'acl'),
  'GET bucket cors': route(cors.getBucketCors, 'cors'),
  'PUT bucket cors': route(cors.putBucketCors, 'cors'),
  'DELETE bucket cors': route(cors.deleteBucketCors, 'cors'),
  'GET bucket policy': route(policy.getBucketPolicy, 'policy'),
  'PUT bucket policy': route(policy.putBucketPolicy, 'policy'),
  'DELETE bucket policy': route(policy.deleteBucketPolicy, 'policy'),
  'GET bucket versioning': route(configuration.getBucketVersioning, 'versioning'),
  'PUT bucket versioning': route(configuration.putBucketVersioning, 'versioning'),
  'GET bucket ownershipControls': route(ownership.getOwnershipControls, 'ownershipControls'),
  'PUT bucket ownershipControls': route(ownership.putOwnershipControls, 'ownershipControls'),
  'DELETE bucket ownershipControls': route(ownership.deleteOwnershipControls, 'ownershipControls'),
  'GET bucket publicAccessBlock': route(configuration.getPublicAccessBlock, 'publicAccessBlock'),
  'PUT bucket publicAccessBlock': route(configuration.putPublicAccessBlock, 'publicAccessBlock'),
  'DELETE bucket publicAccessBlock': route(
    configuration.deletePublicAccessBlock,
    'publicAccessBlock',
  ),
  'GET bucket tagging': route(configuration.getBucketTagging, 'tagging'),
  'PUT bucket tagging': route(configuration.putBucketTagging, 'tagging'),
  'DELETE bucket tagging': route(configuration.deleteBucketTagging, 'tagging'),
  'GET bucket encryption': route(configuration.getBucketEncryption, 'encryption'),
  'GET bucket notification': route(configuration.getBucketNotification, 'notification'),
  'PUT bucket notification': route(configuration.putBucketNotification, 'notification'),
  'GET bucket lifecycle': route(lifecycle.getBucketLifecycle, 'lifecycle'),
  'PUT bucket lifecycle': route(lifecycle.putBucketLifecycle, 'lifecycle'),
  'DELETE bucket lifecycle': route(lifecycle.deleteBucketLifecycle, 'lifecycle'),
  'POST bucket delete': route(deleteObjects, 'delete'),
  'POST bucket': route(postObject),

  'GET object': route(getObject, 'versionId', 'partNumber', ...RESPONSE),
  'HEAD object': route(getObject, 'versionId', 'partNumber', ...RESPONSE),
  'PUT object': route(putObject),
  'PUT object copy': route(copyObject),
  'DELETE object': route(deleteObject, 'versionId'),
  'GET object attributes': route(getObjectAttributes, 'attributes', 'versionId'),
  'GET object tagging': route(tagging.getObjectTagging, 'tagging', 'versionId'),
  'PUT object tagging': route(tagging.putObjectTagging, 'tagging', 'versionId'),
  'DELETE object tagging': route(tagging.deleteObjectTagging, 'tagging', 'versionId'),
  'GET object acl': route(getObjectAcl, 'acl', 'versionId'),
  'PUT object acl': route(putObjectAcl, 'acl', 'versionId'),
  'POST object uploads': route(createMultipartUpload, 'uploads'),
  'PUT object uploadId': route(uploadPart, 'uploadId', 'partNumber'),
  'PUT object uploadId copy': route(uploadPartCopy, 'uploadId', 'partNumber'),
  'GET object uploadId': route(
    listParts,
    ...['uploadId', 'max-parts', 'part-number-marker', 'encoding-type'],
  ),
  'POST object uploadId': route(completeMultipartUpload, 'uploadId'),
  'DELETE object uploadId': route(abortMultipartUpload, 'uploadId'),
};

const SELECTORS = new Set(
  Object.keys(ROUTES)
    .flatMap((name) => name.split(' ').slice(2))
    .filter((name) => name !== 'copy'),
);
/** Parameters that belong to no operation: the SDKs' note of its name, and signatures. */
const ANYWHERE = /^(x-id$|x-amz-|X-Amz-|AWSAccessKeyId$|Signature$|Expires$)/;

/** Headers that S3 knows and that count here. Any other `x-amz-*` is refused by name. */
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
    // There are no locked objects here to which it could matter.
    'bypass-governance-retention',
    // Read again from a form's fields.
    ...['algorithm', 'credential', 'signature', 'expires', 'signedheaders'],
  ].join('|')})$`,
  'i',
);

/** The operation that the request asks for. Throws NotImplemented naming what is not known. */
export function findOperation(request: S3Request): Operation {
  const { method, bucket, key, query, headers } = request;
  const target = bucket === undefined ? 'service' : key === undefined ? 'bucket' : 'object';
  const selector = [...query.keys()].find((name) => SELECTORS.has(name));
  const copies = method === 'PUT' && headers['x-amz-copy-source'] !== undefined;
  const name = [method, target, selector, copies ? 'copy' : undefined]
    .filter((part) => part !== undefined)
    .join(' ');
  const found = ROUTES[name];
  const unknown = [...query.keys()].find(
    (each) => !ANYWHERE.test(each) && !found?.parameters.includes(each),
  );
  if (found && unknown === undefined) {
    requireKnownHeaders(headers);
    return found.operation;
  }
  if (unknown !== undefined && (found || !SELECTORS.has(unknown))) {
    throw notImplemented(`The query parameter ${unknown} of ${method} on a ${target}`);
  }
  throw s3Error('MethodNotAllowed', { Method: method, ResourceType: target.toUpperCase() });
}

function requireKnownHeaders(headers: S3Request['headers']): void {
  for (const name of Object.keys(headers)) {
    if (!name.startsWith('x-amz-') || KNOWN_HEADERS.test(name)) continue;
    throw notImplemented(`The header ${name}`);
  }
}
