import { DeleteObjectsCommand, type ObjectIdentifier } from '@aws-sdk/client-s3';
import { TransientError } from '../../../core/transient-error.ts';
import type { Bucket } from './s3-client.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MAX_KEYS = 1_000;

/**
 * Deletes objects or versions, in as many requests as necessary.
 * @throws TransientError where S3 has not deleted all of them: a second call deletes the rest
 */
export async function deleteObjects(
  bucket: Bucket,
  objects: readonly ObjectIdentifier[],
): Promise<void> {
  for (let start = 0; start < objects.length; start += MAX_KEYS) {
    const Objects = objects.slice(start, start + MAX_KEYS);
    // DeleteObjects responds 200 and lists what it could not delete.
    const { Errors = [] } = await bucket.client.send(
      new DeleteObjectsCommand({ Bucket: bucket.name, Delete: { Objects, Quiet: true } }),
    );
    const [first] = Errors;
    if (first) {
      throw new TransientError(`S3 did not delete ${Errors.length} objects (${first.Code}).`);
    }
  }
}
