import { captionLanguage } from '../../core/playback/caption-language.ts';
import { captionFile } from '../../core/playback/caption-manifests.ts';
import { outputPrefix } from '../../core/uploads/object-keys.ts';
import { type Refusal, refused } from '../../core/uploads/refusals.ts';
import type { OutputObjects } from '../ports/storage.ts';
import type { UploadStore } from '../ports/uploads.ts';
import { findOwnUpload, type UploadReference } from './own-upload.ts';

export interface GetCaptionsPorts {
  readonly uploads: Pick<UploadStore, 'get'>;
  readonly outputs: Pick<OutputObjects, 'readText'>;
}

export type GetCaptionsOutcome =
  | {
      readonly outcome: 'found';
      readonly captions: { readonly language: string; readonly name: string; readonly vtt: string };
    }
  | Refusal;

/** The captions of an owner's video in one language, as they were converted. */
export async function getCaptions(
  { uploads, outputs }: GetCaptionsPorts,
  reference: UploadReference & { readonly language: string },
): Promise<GetCaptionsOutcome> {
  const found = await findOwnUpload(uploads, reference);
  if (found.outcome === 'refused') return found;
  const { uploadId, captions } = found.upload;
  const tag = captionLanguage(reference.language)?.tag;
  const track = captions?.tracks.find(({ language }) => language === tag);
  if (!track) return refused('captions_not_found');
  const { language, name, revision } = track;
  const file = `${captionFile(language, revision)}.vtt`;
  const vtt = await outputs.readText(`${outputPrefix(uploadId)}${file}`);
  if (vtt === undefined) return refused('captions_not_found');
  return { outcome: 'found', captions: { language, name, vtt } };
}
