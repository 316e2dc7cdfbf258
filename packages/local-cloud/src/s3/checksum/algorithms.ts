import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crcCombiner } from './crc-combine.ts';
import { type CrcKind, crc32c, crc64nvme } from './crc-wasm.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
export const CHECKSUM_ALGORITHMS = ['CRC64NVME', 'CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** A stored checksum. `value` is base64; a composite one ends with `-<parts>`. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  readonly value: string;
}

export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  /** Base64. */
  digest(): string;
}

const BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC64NVME: 8,
  CRC32: 4,
  CRC32C: 4,
  SHA1: 20,
  SHA256: 32,
};

const CRC32_POLYNOMIAL = 0xedb88320n;
const combine = {
  CRC64NVME: crcCombiner(crc64nvme),
  CRC32C: crcCombiner(crc32c),
  CRC32: crcCombiner({ bits: 32, polynomial: CRC32_POLYNOMIAL }),
};

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return (CHECKSUM_ALGORITHMS as readonly string[]).includes(name);
}

/** `x-amz-checksum-crc64nvme` */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The checksums in a request's headers (names in lower case). */
export function checksumsInHeaders(
  headers: Readonly<Record<string, string>>,
): { algorithm: ChecksumAlgorithm; value: string }[] {
  return CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = headers[checksumHeader(algorithm)];
    return value === undefined ? [] : [{ algorithm, value }];
  });
}

/** The name of the XML element: `ChecksumCRC64NVME`. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

/** The default type of a multipart upload: full object for CRC64NVME, composite for the others. */
export function defaultChecksumType(algorithm: ChecksumAlgorithm): ChecksumType {
  return algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
}

export function allowsChecksumType(algorithm: ChecksumAlgorithm, type: ChecksumType): boolean {
  if (type === 'COMPOSITE') return algorithm !== 'CRC64NVME';
  return algorithm in combine;
}

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  switch (algorithm) {
    case 'CRC64NVME':
      return runningCrc(crc64nvme);
    case 'CRC32C':
      return runningCrc(crc32c);
    case 'CRC32': {
      let crc = 0;
      return {
        update(bytes) {
          crc = crc32(bytes, crc);
        },
        digest: () => toBase64(BigInt(crc), BYTES.CRC32),
      };
    }
    case 'SHA1':
    case 'SHA256': {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
    }
  }
}

function runningCrc(kind: CrcKind): RunningChecksum {
  let crc = 0n;
  return {
    update(bytes) {
      crc = kind.update(crc, bytes);
    },
    digest: () => toBase64(crc, kind.bits / 8),
  };
}

/** The checksum of an object from the checksums of its parts, in order. */
export function checksumOfParts(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly { readonly checksum: string; readonly size: number }[],
): string {
  if (type === 'FULL_OBJECT') {
    if (!(algorithm in combine)) {
      throw new RangeError(`${algorithm} has no full-object checksum of parts.`);
    }
    const combined = combine[algorithm as keyof typeof combine](
      parts.map(({ checksum, size }) => ({ crc: fromBase64(checksum), size })),
    );
    return toBase64(combined, BYTES[algorithm]);
  }
  const running = startChecksum(algorithm);
  for (const { checksum } of parts) running.update(Buffer.from(checksum, 'base64'));
  return `${running.digest()}-${parts.length}`;
}

function toBase64(value: bigint, bytes: number): string {
  return Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex').toString('base64');
}

function fromBase64(value: string): bigint {
  return BigInt(`0x${Buffer.from(value, 'base64').toString('hex')}`);
}
