import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { grantUrl, resolveBucketUrl } from '../../../../../functions/adapters/s3/bucket-url.ts';

/** Credentials of nobody: no client here sends anything. */
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };

const urlOf = (config: S3ClientConfig, bucket = 'videos') =>
  resolveBucketUrl(new S3Client({ ...config, credentials }), bucket);

describe('the URL below which a bucket’s keys stand', () => {
  it('is virtual-hosted on AWS, in the client’s region and partition', async () => {
    expect(await urlOf({ region: 'eu-west-1' })).toBe('https://videos.s3.eu-west-1.amazonaws.com');
    expect(await urlOf({ region: 'cn-north-1' })).toBe(
      'https://videos.s3.cn-north-1.amazonaws.com.cn',
    );
  });

  it('has a bucket with dots in its path, since no certificate covers it as a host', async () => {
    expect(await urlOf({ region: 'eu-west-1' }, 'my.videos')).toBe(
      'https://s3.eu-west-1.amazonaws.com/my.videos',
    );
  });

  it('is the accelerated endpoint’s where that is wanted', async () => {
    const client = new S3Client({ region: 'eu-west-1', credentials });
    expect(await grantUrl(client, 'videos', true)).toBe(
      'https://videos.s3-accelerate.amazonaws.com',
    );
    expect(await grantUrl(client, 'videos', false)).toBe(
      'https://videos.s3.eu-west-1.amazonaws.com',
    );
  });

  it('is as ever at an endpoint of one’s own, which nothing accelerates', async () => {
    process.env.AWS_ENDPOINT_URL_S3 = 'http://127.0.0.1:9000';
    try {
      const client = new S3Client({ region: 'us-east-1', credentials });
      expect(await grantUrl(client, 'videos', true)).toBe('http://127.0.0.1:9000/videos');
    } finally {
      delete process.env.AWS_ENDPOINT_URL_S3;
    }
  });

  it('is path style at an endpoint that is an address, with its port', async () => {
    const endpoint = 'http://127.0.0.1:9000';
    expect(await urlOf({ region: 'us-east-1', endpoint })).toBe('http://127.0.0.1:9000/videos');
  });
});
