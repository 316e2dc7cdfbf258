import { ownerOfNew } from '../access/permission.ts';
import {
  allowsChecksumType,
  type ChecksumAlgorithm,
  type ChecksumType,
  defaultChecksumType,
  isChecksumAlgorithm,
} from '../checksum/algorithms.ts';
import { s3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import { xmlDocument } from '../xml.ts';
import { newRecord } from './object-headers.ts';
import type { Operation } from './operation.ts';
import { requireWritePermission } from './put-object.ts';
import { objectTarget } from './target.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload: Operation = (request, engine) => {
  const { bucket, key } = objectTarget(request, engine);
  requireWritePermission(engine, request, bucket, key, false);
  const { headers, metadata, tags, acl } = newRecord(request, bucket);
  const checksum = requestedChecksum(request.headers);
  const uploadId = `${engine.newId()}${engine.newId()}`.replaceAll('-', '');
  engine.store.change(() => {
    engine.store.uploads.add({
      uploadId,
      bucket: bucket.name,
      key,
      initiatedAt: engine.clock.now(),
      owner: ownerOfNew(request, bucket),
      record: { headers, metadata, tags, acl, ...checksum },
    });
  });
  return {
    status: 200,
    headers: {
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-checksum-algorithm': checksum.chosen ? checksum.algorithm : undefined,
      'x-amz-checksum-type': checksum.chosen ? checksum.type : undefined,
    },
    body: xmlDocument('InitiateMultipartUploadResult', {
      Bucket: bucket.name,
      Key: key,
      UploadId: uploadId,
    }),
  };
};

/** The default is CRC64NVME of the whole object. */
function requestedChecksum(headers: S3Request['headers']): {
  algorithm: ChecksumAlgorithm;
  type: ChecksumType;
  chosen: boolean;
} {
  const name = headers['x-amz-checksum-algorithm']?.toUpperCase();
  const type = headers['x-amz-checksum-type']?.toUpperCase();
  if (name === undefined) {
    if (type !== undefined) {
      throw s3Error('InvalidRequest', {
        message:
          'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
      });
    }
    return { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', chosen: false };
  }
  if (!isChecksumAlgorithm(name)) {
    throw s3Error('InvalidRequest', {
      message:
        'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    });
  }
  if (type === undefined) return { algorithm: name, type: defaultChecksumType(name), chosen: true };
  if (type !== 'FULL_OBJECT' && type !== 'COMPOSITE') {
    throw s3Error('InvalidRequest', {
      message: 'Value for x-amz-checksum-type header is invalid.',
    });
  }
  if (!allowsChecksumType(name, type)) {
    throw s3Error('InvalidRequest', {
      message: `The ${type} checksum type cannot be used with the ${name.toLowerCase()} checksum algorithm.`,
    });
  }
  return { algorithm: name, type, chosen: true };
}
