import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import fc from 'fast-check';
import { putGrantSchema } from '../../../../core/contract/grant.ts';
import { type PutGrantRequest, signPut } from '../../../../core/grants/put-grant.ts';

const NOW = Date.parse('2026-01-02T03:04:05.678Z');

const request = (more: Partial<PutGrantRequest> = {}): PutGrantRequest => ({
  bucketUrl: 'https://reels.s3.eu-west-1.amazonaws.com',
  key: 'uploads/YXV0aDB8MTc/019b7c2e-5a3e-7000-8000-0123456789ab/source',
  contentType: 'video/mp4',
  size: 20_000_000,
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'to/ken+=' },
  region: 'eu-west-1',
  now: NOW,
  lifetimeSeconds: 3_600,
  ...more,
});

/** What the SDK's own presigner makes of the same request. */
function presignBySdk(of: PutGrantRequest) {
  const { accessKeyId, secretAccessKey, sessionToken } = of.credentials;
  const client = new S3Client({
    region: of.region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  const command = new PutObjectCommand({
    Bucket: 'reels',
    Key: of.key,
    ContentLength: of.size,
    ContentType: of.contentType,
    IfNoneMatch: '*',
    ...(of.checksum && { ChecksumCRC64NVME: of.checksum }),
  });
  const names = ['content-length', 'content-type', 'if-none-match', 'x-amz-checksum-crc64nvme'];
  return getSignedUrl(client, command, {
    expiresIn: of.lifetimeSeconds,
    signingDate: new Date(of.now),
    signableHeaders: new Set([...names, 'host']),
    unhoistableHeaders: new Set(names),
  });
}

describe('A grant of a single PUT', () => {
  it('is the URL of the SDK’s presigner, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          contentType: fc.constantFrom('video/mp4', 'video/x-matroska'),
          size: fc.integer({ min: 1, max: 5 * 1024 ** 3 }),
          checksum: fc.constantFrom(undefined, 'rosUhgp5mIE='),
          now: fc.integer({ min: 0, max: 4_102_444_800_000 }),
          lifetimeSeconds: fc.integer({ min: 1, max: 3_600 }),
        }),
        async (more) => {
          const of = request(more);
          expect(signPut(of).url).toBe(await presignBySdk(of));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('contains every required header and satisfies the contract', () => {
    const grant = signPut(request({ checksum: 'rosUhgp5mIE=' }));
    expect(putGrantSchema.parse(grant)).toEqual(grant);
    expect(grant).toMatchObject({
      method: 'PUT',
      headers: {
        'content-type': 'video/mp4',
        'if-none-match': '*',
        'x-amz-checksum-crc64nvme': 'rosUhgp5mIE=',
      },
      size: 20_000_000,
      expiresAt: '2026-01-02T04:04:05.000Z',
    });
    const signed = new URL(grant.url).searchParams.get('X-Amz-SignedHeaders');
    expect(signed).toBe('content-length;content-type;host;if-none-match;x-amz-checksum-crc64nvme');
  });

  it('has another signature for another length, type or checksum', () => {
    const signature = (more: Partial<PutGrantRequest>) =>
      new URL(signPut(request(more)).url).searchParams.get('X-Amz-Signature');
    const all = [{}, { size: 1 }, { contentType: 'video/webm' }, { checksum: 'rosUhgp5mIE=' }];
    expect(new Set(all.map(signature)).size).toBe(all.length);
  });
});
