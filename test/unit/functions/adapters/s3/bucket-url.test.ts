import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { bucketUrl } from '../../../../../functions/adapters/s3/bucket-url.ts';

/** Invalid credentials: no client here sends a request. */
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };

const urlOf = (config: S3ClientConfig, { bucket = 'videos', accelerated = false } = {}) =>
  bucketUrl(new S3Client({ ...config, credentials }), bucket, accelerated);

describe('The base URL of a bucket', () => {
  it('is virtual-hosted on AWS, in the client’s region and partition', async () => {
    expect(await urlOf({ region: 'eu-west-1' })).toBe('https://videos.s3.eu-west-1.amazonaws.com');
    expect(await urlOf({ region: 'cn-north-1' })).toBe(
      'https://videos.s3.cn-north-1.amazonaws.com.cn',
    );
  });

  it('has the name of a bucket with dots in its path, since no certificate covers it as a host', async () => {
    expect(await urlOf({ region: 'eu-west-1' }, { bucket: 'my.videos' })).toBe(
      'https://s3.eu-west-1.amazonaws.com/my.videos',
    );
  });

  it('is that of the accelerated endpoint where the bucket has one', async () => {
    expect(await urlOf({ region: 'eu-west-1' }, { accelerated: true })).toBe(
      'https://videos.s3-accelerate.amazonaws.com',
    );
  });

  it('is not accelerated at a custom endpoint', async () => {
    process.env.AWS_ENDPOINT_URL_S3 = 'http://127.0.0.1:9000';
    try {
      expect(await urlOf({ region: 'us-east-1' }, { accelerated: true })).toBe(
        'http://127.0.0.1:9000/videos',
      );
    } finally {
      delete process.env.AWS_ENDPOINT_URL_S3;
    }
  });

  it('fails where the region is missing, also with acceleration', async () => {
    const region = async () => {
      throw new Error('Region is missing');
    };
    await expect(urlOf({ region }, { accelerated: true })).rejects.toThrow('Region is missing');
  });

  it('is path style at an endpoint that is an address, with its port', async () => {
    const endpoint = 'http://127.0.0.1:9000';
    expect(await urlOf({ region: 'us-east-1', endpoint })).toBe('http://127.0.0.1:9000/videos');
  });
});
