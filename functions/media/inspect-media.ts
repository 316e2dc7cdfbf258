import type { MediaFacts } from '../../core/contract/media.ts';
import type { GivenReason, MediaReasonCode } from '../../core/contract/reasons.ts';
import { checkMedia, type Declared } from '../../core/media/media-rules.ts';
import { SNIFF_BYTES, sniff } from '../../core/media/sniff.ts';
import type { UploadPolicy } from '../../core/uploads/upload-policy.ts';
import { type Damage, DamagedMedia } from './damaged-media.ts';
import { warmUpMediaInfo } from './mediainfo.ts';
import { InspectionBudgetExceeded, type RangedReader } from './ranged-reader.ts';
import { readMedia } from './read-media.ts';

export type Inspection =
  | { readonly outcome: 'accepted'; readonly media: MediaFacts }
  | { readonly outcome: 'rejected'; readonly reason: GivenReason<MediaReasonCode> };

const CODES: Readonly<Record<Damage, MediaReasonCode>> = {
  structure: 'media_damaged',
  truncated: 'media_damaged',
  external: 'media_damaged',
  encrypted: 'media_encrypted',
};

/**
 * Accepts or rejects every file, whatever its bytes are: errors of the media readers become a reason. Only errors
 * of `fetchRange` pass (an error of S3, an object that was replaced) and the end of the wall time: neither says
 * anything about the file.
 * @throws TransientError where a later attempt may succeed
 */
export async function inspectMedia(
  reader: RangedReader,
  declared: Declared,
  policy: UploadPolicy,
): Promise<Inspection> {
  if (reader.size !== declared.size) {
    const detail = `Expected ${declared.size} bytes; the file has ${reader.size}.`;
    return rejected({ code: 'size_mismatch', detail });
  }
  warmUpMediaInfo();
  try {
    const sniffed = sniff(await reader.read(0, SNIFF_BYTES));
    if ('refused' in sniffed) return rejected(sniffed.refused);
    const facts = await readMedia(reader, sniffed.container);
    const durationSeconds = facts.durationSeconds ?? policy.duration.maximumSeconds;
    const media: MediaFacts = { ...facts, durationSeconds };
    const result = checkMedia(media, policy, declared, reader.size);
    return result.outcome === 'accepted' ? { outcome: 'accepted', media } : result;
  } catch (error) {
    if (error instanceof InspectionBudgetExceeded) {
      return rejected({ code: 'media_too_complex', detail: error.message });
    }
    if (error instanceof DamagedMedia) {
      return rejected({ code: CODES[error.damage], detail: error.message });
    }
    throw error;
  }
}

function rejected(reason: GivenReason<MediaReasonCode>): Inspection {
  return { outcome: 'rejected', reason };
}
