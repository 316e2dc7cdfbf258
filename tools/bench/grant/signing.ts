import { S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { expandGrant } from '../../../core/contract/expand-grant.ts';
import { partRange } from '../../../core/contract/part-range.ts';
import { type GrantRequest, signGrant } from '../../../core/grants/part-grant.ts';
import { planParts } from '../../../core/grants/part-plan.ts';

const BUCKET = 'reels';
const MIB = 1024 ** 2;

/** A file of so many parts: parts have 8 MiB up to 1,000, and 64 MiB from there on (`core/grants/part-plan.ts`). */
export function sizeOf(parts: number): number {
  return parts * (parts <= 1_000 ? 8 : 64) * MIB;
}

/** A file that is cut into as many parts, with credentials of an assumed role's usual length. */
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

/** Presigned URLs by the SDK, of the same parts with the same signed headers. */
export function presignBySdk(request: GrantRequest): () => Promise<string[]> {
  const client = new S3Client({
    region: request.region,
    credentials: request.credentials,
    // Else a CRC32 of an empty body stands in every URL and S3 refuses the part.
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

/** The same URLs by reelgate. */
export function presignByReelgate(request: GrantRequest): string[] {
  return expandGrant(signGrant(request), request.plan).map(({ url }) => url);
}
