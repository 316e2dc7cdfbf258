import { S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { expandGrant } from '../../../core/contract/expand-grant.ts';
import { partRange } from '../../../core/contract/part-range.ts';
import { type GrantRequest, signGrant } from '../../../core/grants/part-grant.ts';
import { planParts } from '../../../core/grants/part-plan.ts';

const BUCKET = 'reels';
const MIB = 1024 ** 2;

/** Bytes of a file with this many parts: 8 MiB each up to 1,000 parts, then 64 MiB (`core/grants/part-plan.ts`). */
export function sizeOf(parts: number): number {
  return parts * (parts <= 1_000 ? 8 : 64) * MIB;
}

/** The request for a file of this many parts, with credentials as long as those of an assumed role usually are. */
export function grantRequest(parts: number): GrantRequest {
  return {
    bucketUrl: `https://${BUCKET}.s3.eu-west-1.amazonaws.com`,
    key: 'uploads/YXV0aDB8MTc/019b7c2e-5a3e-7000-8000-0123456789ab/source',
    s3UploadId: 'VXBsb2FkIElEIGZvciBlbHZpbmcncyBtdWx0aXBhcnQgdXBsb2Fk',
    plan: planParts(sizeOf(parts)),
    credentials: {
      accessKeyId: 'ASIAEXAMPLEEXAMPLE12',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      sessionToken: 'IQoJb3JpZ2luX2Vj/+='.repeat(50),
    },
    region: 'eu-west-1',
    now: Date.parse('2026-01-02T03:04:05.678Z'),
    lifetimeSeconds: 3_600,
  };
}

/** Presigns the same parts with the same signed headers by the SDK. */
export function presignBySdk(request: GrantRequest): () => Promise<string[]> {
  const client = new S3Client({
    region: request.region,
    credentials: request.credentials,
    // Otherwise every URL has the CRC32 of an empty body and S3 rejects the part.
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  const numbers = Array.from({ length: request.plan.partCount }, (_, index) => index + 1);
  return () =>
    Promise.all(
      numbers.map((partNumber) =>
        getSignedUrl(
          client,
          new UploadPartCommand({
            Bucket: BUCKET,
            Key: request.key,
            UploadId: request.s3UploadId,
            PartNumber: partNumber,
            ContentLength: partRange(request.plan, partNumber).size,
          }),
          {
            expiresIn: request.lifetimeSeconds,
            signingDate: new Date(request.now),
            signableHeaders: new Set(['content-length', 'host']),
            unhoistableHeaders: new Set(['content-length']),
          },
        ),
      ),
    );
}

/** Presigns the same URLs by reelgate. */
export function presignByReelgate(request: GrantRequest): string[] {
  return expandGrant(signGrant(request), request.plan).map(({ url }) => url);
}
