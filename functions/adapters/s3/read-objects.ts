import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { InspectedObject } from '../../ports/inspection.ts';
import { withTransientErrors } from '../transient-errors.ts';
import { type Bucket, isMissing } from './s3-client.ts';

/** The object was replaced, or its version was deleted. */
class ObjectChanged extends Error {
  override readonly name = 'ObjectChanged';
}

/**
 * The bytes [start, end) of one version.
 * @throws ObjectChanged where that version does not exist or has another ETag
 */
export async function getRange(
  client: Bucket['client'],
  object: Omit<InspectedObject, 'size'>,
  start: number,
  end: number,
): Promise<Uint8Array> {
  try {
    const { Body } = await client.send(
      new GetObjectCommand({
        Bucket: object.bucket,
        Key: object.key,
        Range: `bytes=${start}-${end - 1}`,
        IfMatch: object.etag,
        ...(object.versionId && { VersionId: object.versionId }),
      }),
    );
    // The connection may break while the body is read, after the SDK's call has ended.
    return Body ? await withTransientErrors(() => Body.transformToByteArray()) : new Uint8Array();
  } catch (error) {
    if (isMissing(error) || (error instanceof Error && error.name === 'PreconditionFailed')) {
      throw new ObjectChanged('The object is not the one that was reported.');
    }
    throw error;
  }
}

/**
 * A small text object; undefined where there is none.
 * @throws RangeError where it has more than `maxBytes` bytes
 */
export async function getText(
  bucket: Bucket,
  key: string,
  maxBytes: number,
): Promise<string | undefined> {
  try {
    const { Body, ContentLength = 0 } = await bucket.client.send(
      new GetObjectCommand({ Bucket: bucket.name, Key: key }),
    );
    if (ContentLength > maxBytes) {
      throw new RangeError(`${key} has ${ContentLength} bytes; expected at most ${maxBytes}.`);
    }
    return Body ? await withTransientErrors(() => Body.transformToString('utf-8')) : '';
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
