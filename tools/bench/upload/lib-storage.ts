import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { SendOrder } from './order.ts';

/**
 * lib-storage as in its documentation, with reelgate's part size. Over plain HTTP the SDK hashes every part with
 * SHA-256 for the signature, which it does not do over HTTPS, so the payload is left unsigned here too.
 */
export async function sendByLibStorage(
  body: NonNullable<ConstructorParameters<typeof Upload>[0]['params']['Body']>,
  { s3, partSize }: SendOrder,
): Promise<undefined> {
  const client = new S3Client({
    endpoint: s3.endpoint,
    region: s3.region,
    credentials: { ...s3.credentials },
    forcePathStyle: true,
  });
  client.middlewareStack.add(
    (next) => (step) => {
      const { headers } = step.request as { headers: Record<string, string> };
      headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      return next(step);
    },
    { step: 'build', name: 'unsignedPayload', priority: 'low' },
  );
  const params = { Bucket: s3.bucket, Key: s3.key, Body: body };
  await new Upload({ client, params, partSize }).done();
  client.destroy();
}
