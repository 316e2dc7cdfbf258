import { type Cut, partRange } from './part-range.ts';
import type { CompactGrant, PartUrl } from './wire.ts';

/**
 * Returns the URL of each part of a compact grant, in the order of the grant.
 *
 * @throws RangeError if a part number is outside the file, or has no signature
 */
export function expandGrant(grant: CompactGrant, cut: Cut): PartUrl[] {
  return grant.partNumbers.map((partNumber, index) => {
    const signature = grant.signatures[index];
    if (signature === undefined) {
      throw new RangeError(`The grant has no signature for part ${partNumber}.`);
    }
    return {
      partNumber,
      url: partUrl(grant.urlTemplate, partNumber, signature),
      ...partRange(cut, partNumber),
    };
  });
}

/** The URL of one part. Needs no encoding: the template is encoded, and a signature is hexadecimal. */
export function partUrl(urlTemplate: string, partNumber: number, signature: string): string {
  return urlTemplate.replace('{partNumber}', String(partNumber)).replace('{signature}', signature);
}
