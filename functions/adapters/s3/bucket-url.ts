import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { s3 } from './s3-client.ts';

const known = new Map<string, Promise<string>>();

/**
 * The URL below which a bucket's keys stand, as the SDK itself resolves it: virtual-hosted on AWS, path
 * style at a custom endpoint that needs it. So grants point to where this function's own calls go.
 *
 * @param accelerated for the bucket's accelerated endpoint
 */
export function bucketUrl(bucket: string, accelerated: boolean): Promise<string> {
  const url = known.get(bucket) ?? grantUrl(s3, bucket, accelerated);
  known.set(bucket, url);
  url.catch(() => known.delete(bucket));
  return url;
}

/**
 * Acceleration is AWS's own edge. The SDK refuses it where there is none: at an endpoint of one's own, in China,
 * for names with dots. There the URL is the plain one.
 */
export async function grantUrl(
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

/** Builds a request with the client's endpoint rules and takes its address, without sending it. */
export async function resolveBucketUrl(client: S3Client, bucket: string): Promise<string> {
  const command = new HeadBucketCommand({ Bucket: bucket });
  let address: string | undefined;
  command.middlewareStack.add(
    () => async (args) => {
      const { protocol, hostname, port, path } = args.request as RequestAddress;
      address = `${protocol}//${hostname}${port ? `:${port}` : ''}${path.replace(/\/$/, '')}`;
      return { response: {}, output: { $metadata: {} } };
    },
    { step: 'build', priority: 'high', name: 'takeAddress' },
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

/** The region in whose name grants are signed: the client's own. */
export function signingRegion(): Promise<string> {
  return s3.config.region();
}
