import { expandGrant } from '../../../../core/contract/expand-grant.ts';
import { begin, complete, type SentPart } from '../../cloud/uploads.ts';
import type { SendOrder } from '../order.ts';

/** An upload whose parts are presigned. */
export interface GrantedUpload {
  readonly id: string;
  readonly parts: ReturnType<typeof expandGrant>;
  urlOf(partNumber: number): string;
  complete(parts: readonly SentPart[]): Promise<void>;
}

export async function granted(order: SendOrder, size: number): Promise<GrantedUpload> {
  const begun = await begin(order, size);
  const parts = expandGrant(begun.grant, { size, partSize: begun.partSize });
  return {
    id: begun.id,
    parts,
    urlOf(partNumber) {
      const part = parts[partNumber - 1];
      if (!part) throw new RangeError(`There are ${parts.length} parts; asked for ${partNumber}.`);
      return part.url;
    },
    async complete(sent) {
      await complete(order, begun.id, sent);
    },
  };
}
