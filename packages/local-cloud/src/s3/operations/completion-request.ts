import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  checksumElement,
} from '../checksum/algorithms.ts';
import { s3Error } from '../errors.ts';
import { MAX_PARTS, MIN_PART_BYTES } from '../limits.ts';
import type { Part, Upload } from '../store/uploads.ts';
import { childrenOf, onlyChildren, readXml, textOf } from '../xml-reader.ts';
import { bareEtag } from './conditions.ts';

export interface WantedPart {
  readonly partNumber: number;
  readonly etag: string;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string } | undefined;
}

/** The list of parts in the body of CompleteMultipartUpload. */
export function parseWantedParts(body: string): WantedPart[] {
  const document = readXml(body, 'CompleteMultipartUpload');
  onlyChildren(document, ['Part']);
  const parts = childrenOf(document, 'Part').map((part): WantedPart => {
    onlyChildren(part, ['PartNumber', 'ETag', ...CHECKSUM_ALGORITHMS.map(checksumElement)]);
    const number = textOf(part, 'PartNumber');
    const etag = textOf(part, 'ETag');
    if (number === undefined || etag === undefined || !/^\d{1,5}$/.test(number.trim())) {
      throw s3Error('MalformedXML');
    }
    const sums = CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
      const value = textOf(part, checksumElement(algorithm));
      return value === undefined ? [] : [{ algorithm, value: value.trim() }];
    });
    return { partNumber: Number(number), etag: bareEtag(etag), checksum: sums[0] };
  });
  if (parts.length === 0 || parts.length > MAX_PARTS) throw s3Error('MalformedXML');
  return parts;
}

/** The stored parts that the request lists, in order. Their ETags and checksums must match. */
export function chooseParts(
  { uploadId, record }: Upload,
  wanted: readonly WantedPart[],
  stored: readonly Part[],
): Part[] {
  const byNumber = new Map(stored.map((part) => [part.partNumber, part]));
  let before = 0;
  for (const { partNumber } of wanted) {
    if (partNumber <= before) throw s3Error('InvalidPartOrder', { UploadId: uploadId });
    before = partNumber;
  }
  const chosen = wanted.map(({ partNumber, etag, checksum }) => {
    const part = byNumber.get(partNumber);
    if (!part || part.etag !== etag) throw invalidPart(uploadId, partNumber, etag);
    if (checksum) {
      if (checksum.algorithm !== record.algorithm) {
        if (!record.chosen) return part;
        throw s3Error('BadDigest', {
          message: `The ${checksum.algorithm.toLowerCase()} you specified for part ${partNumber} did not match what we received.`,
        });
      }
      if (checksum.value !== part.checksum) throw invalidPart(uploadId, partNumber, etag);
    }
    return part;
  });
  for (const part of chosen.slice(0, -1)) {
    if (part.size >= MIN_PART_BYTES) continue;
    throw s3Error('EntityTooSmall', {
      ETag: part.etag,
      MinSizeAllowed: MIN_PART_BYTES,
      ProposedSize: part.size,
      PartNumber: part.partNumber,
    });
  }
  return chosen;
}

/** A composite checksum that the client requested needs the checksum of every part. */
export function requirePartChecksums({ record }: Upload, wanted: readonly WantedPart[]): void {
  if (!record.chosen || record.type !== 'COMPOSITE') return;
  const bare = wanted.find(({ checksum }) => checksum === undefined);
  if (!bare) return;
  throw s3Error('InvalidRequest', {
    message: `The upload was created using a ${record.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${bare.partNumber} in the request.`,
  });
}

function invalidPart(uploadId: string, partNumber: number, etag: string): Error {
  return s3Error('InvalidPart', { UploadId: uploadId, PartNumber: partNumber, ETag: etag });
}
