import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';

/**
 * The base URL of a bucket's objects, as the SDK itself resolves it: virtual-hosted on AWS, path style at a custom
 * endpoint that needs it. Grants so point to where this function's own calls go.
 *
 * @param accelerated for the bucket's accelerated endpoint. The SDK refuses acceleration at a custom endpoint, in
 * China, and for bucket names with dots; there the URL is the plain one.
 */
export async function bucketUrl(
  client: S3Client,
  bucket: string,
  accelerated: boolean,
): Promise<string> {
  if (accelerated) {
    const { region, credentials } = client.config;
    const edge = new S3Client({ region, credentials, useAccelerateEndpoint: true });
    try {
      return await resolveBucketUrl(edge, bucket);
    } catch (error) {
      if (!(error instanceof Error && error.name === 'EndpointError')) throw error;
    }
  }
  return resolveBucketUrl(client, bucket);
}

/** Builds a request with the client's endpoint rules and reads its address, without sending it. */
async function resolveBucketUrl(client: S3Client, bucket: string): Promise<string> {
  const command = new HeadBucketCommand({ Bucket: bucket });
  let address: string | undefined;
  command.middlewareStack.add(
    () => async (args) => {
      const { protocol, hostname, port, path } = args.request as RequestAddress;
      address = `${protocol}//${hostname}${port ? `:${port}` : ''}${path.replace(/\/$/, '')}`;
      return { response: {}, output: { $metadata: {} } };
    },
    { step: 'build', priority: 'high', name: 'readAddress' },
  );
  await client.send(command);
  if (address === undefined) throw new TypeError('The S3 client has built no request.');
  return address;
}

interface RequestAddress {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
}
