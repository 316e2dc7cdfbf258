import { S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import fc from 'fast-check';
import { expandGrant } from '../../../../core/contract/expand-grant.ts';
import { compactGrantSchema } from '../../../../core/contract/grant.ts';
import { type GrantRequest, signGrant } from '../../../../core/grants/part-grant.ts';
import { planParts } from '../../../../core/grants/part-plan.ts';
import { GrantError } from '../../../../core/grants/sigv4.ts';

const NOW = Date.parse('2026-01-02T03:04:05.678Z');
const KEY = 'uploads/YXV0aDB8MTc/019b7c2e-5a3e-7000-8000-0123456789ab/source';

const request = (more: Partial<GrantRequest> = {}): GrantRequest => ({
  bucketUrl: 'https://reels.s3.eu-west-1.amazonaws.com',
  key: KEY,
  s3UploadId: 'VXBsb2Fk.a_b-c',
  plan: planParts(20_000_000),
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'to/ken+=' },
  region: 'eu-west-1',
  now: NOW,
  lifetimeSeconds: 3_600,
  ...more,
});

/** What the SDK's own presigner makes of the same part. */
function presignBySdk(of: GrantRequest, endpoint: string | undefined, partNumber: number) {
  const { accessKeyId, secretAccessKey, sessionToken } = of.credentials;
  const client = new S3Client({
    region: of.region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    ...(endpoint && { endpoint }),
  });
  const [part] = expandGrant(signGrant({ ...of, partNumbers: [partNumber] }), of.plan);
  const command = new UploadPartCommand({
    Bucket: 'reels',
    Key: of.key,
    UploadId: of.s3UploadId,
    PartNumber: partNumber,
    ContentLength: part?.size,
  });
  return getSignedUrl(client, command, {
    expiresIn: of.lifetimeSeconds,
    signingDate: new Date(of.now),
    signableHeaders: new Set(['content-length', 'host']),
    unhoistableHeaders: new Set(['content-length']),
  });
}

describe('A compact grant', () => {
  it('expands to the URLs of the SDK’s presigner, byte for byte', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          s3UploadId: text,
          secret: text,
          token: fc.option(text, { nil: undefined }),
          segment: fc.stringMatching(/^[\w !'()*~@$=+:,&?%#-]{1,20}$/),
          size: fc.integer({ min: 1, max: 100_000_000 }),
          now: fc.integer({ min: 0, max: 4_102_444_800_000 }),
          lifetimeSeconds: fc.integer({ min: 1, max: 3_600 }),
          endpoint: fc.constantFrom(undefined, 'http://127.0.0.1:9000', 'https://127.0.0.1'),
        }),
        async ({ secret, token, segment, size, endpoint, ...rest }) => {
          const of = request({
            ...rest,
            key: `uploads/${segment}/source`,
            plan: planParts(size),
            bucketUrl: endpoint ? `${endpoint}/reels` : 'https://reels.s3.eu-west-1.amazonaws.com',
            credentials: {
              accessKeyId: 'AKIDEXAMPLE',
              secretAccessKey: secret,
              ...(token && { sessionToken: token }),
            },
          });
          const grant = signGrant(of);
          for (const { partNumber, url } of [expandGrant(grant, of.plan).at(-1) ?? fail()]) {
            expect(url).toBe(await presignBySdk(of, endpoint, partNumber));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('expires a whole number of seconds after the signature', () => {
    expect(signGrant(request()).expiresAt).toBe('2026-01-02T04:04:05.000Z');
  });

  it('expires no later than the credentials that signed it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_600 }),
        fc.integer({ min: 1_000, max: 5_000_000 }),
        (lifetimeSeconds, left) => {
          const expiresAt = NOW + left;
          const credentials = { accessKeyId: 'A', secretAccessKey: 's', expiresAt };
          const grant = signGrant(request({ credentials, lifetimeSeconds }));
          const end = Date.parse(grant.expiresAt);
          expect(end).toBeLessThanOrEqual(Math.min(expiresAt, NOW + lifetimeSeconds * 1_000));
          const named = /X-Amz-Expires=(\d+)/.exec(grant.urlTemplate)?.[1];
          expect(end).toBe(Math.floor(NOW / 1_000) * 1_000 + Number(named) * 1_000);
        },
      ),
    );
  });

  it('is refused with credentials that have expired', () => {
    const credentials = { accessKeyId: 'A', secretAccessKey: 's', expiresAt: NOW };
    expect(() => signGrant(request({ credentials }))).toThrow(GrantError);
    expect(() => signGrant(request({ credentials }))).toThrow(
      expect.objectContaining({ name: 'GrantError' }),
    );
    expect(() => signGrant(request({ credentials }))).toThrow('have expired');
  });

  it.each([0, 3_601, 1.5, Number.NaN])('is refused for a lifetime of %d s', (lifetimeSeconds) => {
    expect(() => signGrant(request({ lifetimeSeconds }))).toThrow('1 to 3600 seconds');
  });

  it('signs the given parts in their order, and no part outside the plan', () => {
    const all = signGrant(request());
    const some = signGrant(request({ partNumbers: [3, 1] }));
    expect(some.partNumbers).toEqual([3, 1]);
    expect(some.signatures).toEqual([all.signatures[2], all.signatures[0]]);
    expect(() => signGrant(request({ partNumbers: [4] }))).toThrow('parts 1 to 3');
  });

  it('signs each part’s own length: the same part of a longer file has another signature', () => {
    const last = signGrant(request({ partNumbers: [3] }));
    const longer = signGrant(request({ plan: planParts(20_000_001), partNumbers: [3] }));
    expect(longer.urlTemplate).toBe(last.urlTemplate);
    expect(longer.signatures).not.toEqual(last.signatures);
  });

  it('has the offset and size of each part', () => {
    const plan = planParts(20_000_000);
    const parts = expandGrant(signGrant(request()), plan);
    expect(parts.map(({ offset, size }) => [offset, size])).toEqual([
      [0, 8_388_608],
      [8_388_608, 8_388_608],
      [16_777_216, 3_222_784],
    ]);
  });

  it('is under 1 MB for 10,000 parts and satisfies the contract', () => {
    const sessionToken = 'x'.repeat(1_500);
    const credentials = { accessKeyId: 'A', secretAccessKey: 's', sessionToken };
    const grant = signGrant(request({ plan: planParts(640_000 * 1024 ** 2), credentials }));
    expect(grant.signatures).toHaveLength(10_000);
    expect(JSON.stringify(grant).length).toBeLessThan(1_000_000);
    expect(compactGrantSchema.parse(grant)).toEqual(grant);
  });
});

function fail(): never {
  throw new Error('The grant has no part.');
}
