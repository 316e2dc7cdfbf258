import { type Cut, partRange } from './part-range.ts';
import type { CompactGrant, PartUrl } from './wire.ts';

/**
 * A compact grant's parts as plain URLs, in the grant's order.
 *
 * @throws RangeError for a part number that the file has no part for, or one without a signature
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

/** One part's URL; nothing is escaped, the template's own parameters are already. */
export function partUrl(urlTemplate: string, partNumber: number, signature: string): string {
  return urlTemplate.replace('{partNumber}', String(partNumber)).replace('{signature}', signature);
}
