import { type CaptionLanguage, captionLanguage } from '../../core/playback/caption-language.ts';
import {
  captionFile,
  captionPlaylist,
  dashWithCaptions,
  hlsWithCaptions,
  manifestFile,
} from '../../core/playback/caption-manifests.ts';
import { convertCaptions } from '../../core/playback/captions.ts';
import {
  MAX_CAPTION_REVISIONS,
  MAX_CAPTION_TRACKS,
  manifestTracks,
  withoutTrack,
  withTrack,
} from '../../core/playback/change-captions.ts';
import { outputPrefix } from '../../core/uploads/object-keys.ts';
import type { Captions, UploadIn, UploadItem } from '../../core/uploads/records.ts';
import { type Refusal, refused } from '../../core/uploads/refusals.ts';
import type { OutputObjects } from '../ports/storage.ts';
import type { UploadStore } from '../ports/uploads.ts';
import { findOwnUpload, type UploadReference } from './own-upload.ts';

export interface ChangeCaptionsPorts {
  readonly uploads: Pick<UploadStore, 'get' | 'nextCaptionRevision' | 'setCaptions'>;
  readonly outputs: Pick<OutputObjects, 'readText' | 'putText'>;
}

export type CaptionsReference = UploadReference & {
  /** A language tag, as the caller has written it. */
  readonly language: string;
};

export type ChangeCaptionsOutcome =
  | { readonly outcome: 'changed'; readonly upload: UploadItem }
  | Refusal;

/** People change captions: two changes at the same moment are rare, three are refused. */
const MAX_ATTEMPTS = 3;

/** Sets the captions of a ready video in one language, from the text of a file in WebVTT or SRT. */
export async function putCaptions(
  ports: ChangeCaptionsPorts,
  reference: CaptionsReference & { readonly text: string },
): Promise<ChangeCaptionsOutcome> {
  const language = captionLanguage(reference.language);
  if (!language) return invalidLanguage(reference.language);
  return changeCaptions(ports, reference, async (upload, revision) => {
    const { durationSeconds } = upload.playback;
    const converted = await convertCaptions(reference.text, durationSeconds);
    if (converted.outcome === 'invalid') {
      return refused('captions_invalid', { detail: converted.detail });
    }
    const captions = withTrack(upload.captions, language, revision);
    if (captions.tracks.length > MAX_CAPTION_TRACKS) {
      return refused('too_many_captions', {
        detail: `The video has captions in ${MAX_CAPTION_TRACKS} languages.`,
      });
    }
    await writeTrack(ports, upload, language, revision, converted.vtt);
    return { outcome: 'tracks', captions };
  });
}

/** Deletes the captions of a video in one language. Players that have the earlier manifests can still read them. */
export async function deleteCaptions(
  ports: ChangeCaptionsPorts,
  reference: CaptionsReference,
): Promise<ChangeCaptionsOutcome> {
  const language = captionLanguage(reference.language);
  if (!language) return invalidLanguage(reference.language);
  return changeCaptions(ports, reference, async (upload, revision) => {
    const has = upload.captions?.tracks.some((track) => track.language === language.tag);
    if (!has) return refused('captions_not_found');
    return { outcome: 'tracks', captions: withoutTrack(upload.captions, language.tag, revision) };
  });
}

type Change = (
  upload: UploadIn<'ready'>,
  revision: number,
) => Promise<{ readonly outcome: 'tracks'; readonly captions: Captions } | Refusal>;

/** Writes files of a new revision, and then the record, unless somebody else has changed the captions meanwhile. */
async function changeCaptions(
  ports: ChangeCaptionsPorts,
  reference: UploadReference,
  change: Change,
): Promise<ChangeCaptionsOutcome> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const found = await findOwnUpload(ports.uploads, reference);
    if (found.outcome === 'refused') return found;
    const { upload } = found;
    if (upload.status !== 'ready') return notReady(upload);
    if (upload.captionRevision >= MAX_CAPTION_REVISIONS) {
      return refused('too_many_captions', {
        detail: `The captions were changed ${MAX_CAPTION_REVISIONS} times.`,
      });
    }
    const revision = await ports.uploads.nextCaptionRevision(upload.uploadId);
    if (revision === undefined) continue;
    const changed = await change(upload, revision);
    if (changed.outcome === 'refused') return changed;
    await writeManifests(ports, upload, changed.captions);
    const written = await ports.uploads.setCaptions(
      upload.uploadId,
      changed.captions,
      upload.captions?.revision,
    );
    if (written) return { outcome: 'changed', upload: written };
  }
  return refused('conflict');
}

async function writeTrack(
  { outputs }: ChangeCaptionsPorts,
  { uploadId, playback }: UploadIn<'ready'>,
  { tag }: CaptionLanguage,
  revision: number,
  vtt: string,
): Promise<void> {
  const key = `${outputPrefix(uploadId)}${captionFile(tag, revision)}`;
  const playlist = captionPlaylist(`${tag}.${revision}.vtt`, playback.durationSeconds);
  await outputs.putText(`${key}.vtt`, vtt, 'text/vtt');
  await outputs.putText(`${key}.m3u8`, playlist, 'application/vnd.apple.mpegurl');
}

/** The manifests of the job with all tracks. Without tracks, players get those of the job themselves. */
async function writeManifests(
  { outputs }: ChangeCaptionsPorts,
  { uploadId, playback }: UploadIn<'ready'>,
  captions: Captions,
): Promise<void> {
  const tracks = manifestTracks(captions);
  if (tracks.length === 0) return;
  const [hls, dash] = await Promise.all([
    outputs.readText(playback.hls),
    outputs.readText(playback.dash),
  ]);
  if (hls === undefined || dash === undefined) {
    throw new Error('A manifest of a ready video is missing.');
  }
  const key = (kind: 'm3u8' | 'mpd') =>
    `${outputPrefix(uploadId)}${manifestFile(kind, captions.revision)}`;
  await Promise.all([
    outputs.putText(key('m3u8'), hlsWithCaptions(hls, tracks), 'application/vnd.apple.mpegurl'),
    outputs.putText(key('mpd'), dashWithCaptions(dash, tracks), 'application/dash+xml'),
  ]);
}

function notReady({ uploadId, status }: UploadItem): Refusal {
  return refused('status_conflict', {
    detail: `Upload ${uploadId} has status ${status}; expected ready.`,
  });
}

function invalidLanguage(language: string): Refusal {
  return refused('language_invalid', {
    detail: `The language is ${JSON.stringify(language.slice(0, 40))}; expected a tag such as en, pt-BR or zh-Hant.`,
  });
}
