import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FinishedTrack, Segment } from '../packaging/cmaf-track.ts';
import { dashManifest } from '../packaging/dash-manifest.ts';
import { CONTENT_TYPES, initName, segmentName, singleFileName } from '../packaging/file-names.ts';
import { mediaPlaylist, multivariantPlaylist } from '../packaging/hls-manifest.ts';
import {
  averageBandwidth,
  type RenditionFacts,
  trackSeconds,
} from '../packaging/rendition-facts.ts';
import type { CmafGroup, CmafOutput } from '../settings/group-settings.ts';
import type { OutputDetail } from './job-messages.ts';
import { type FinishedAudio, type GroupRun, outputDetail, type RunContext } from './output-run.ts';
import { aacPlan } from './rendition-plan.ts';
import { outputBase, s3Uri } from './s3-uri.ts';
import type { VideoRequest } from './video-branch.ts';
import type { FinishedVideo } from './video-renditions.ts';

const DEFAULT_SEGMENT_SECONDS = 10;
const DEFAULT_FRAGMENT_SECONDS = 2;

/** A CMAF group. Segments are uploaded during the transcoding, manifests when all segments are stored. */
export function cmafGroupRun(group: CmafGroup, context: RunContext): GroupRun {
  const settings = group.outputGroupSettings.cmafGroupSettings;
  const { segmentLength = DEFAULT_SEGMENT_SECONDS, segmentControl = 'SINGLE_FILE' } = settings;
  const { fragmentLength = DEFAULT_FRAGMENT_SECONDS } = settings;
  const { bucket, key } = outputBase(settings.destination, context.fileInput);
  const folderKey = key.slice(0, key.lastIndexOf('/') + 1);
  const base = key.slice(folderKey.length);
  const nameOf = (output: CmafOutput) => `${base}${output.nameModifier ?? ''}`;
  const pathOf = (output: CmafOutput) =>
    join(context.folder, `${group.outputs.indexOf(output)}.mp4`);
  const store = (name: string, contentType: string, path: string, run: Run) =>
    context.uploader.add({
      bucket,
      key: folderKey + name,
      contentType,
      body: { path, start: run.start, end: run.end },
    });
  const requestFor = (output: CmafOutput, kind: 'video' | 'audio') => {
    let number = 0;
    const segmentDone = (segment: Segment) => {
      number += 1;
      if (segmentControl === 'SINGLE_FILE') return;
      store(
        segmentName(nameOf(output), kind, number),
        CONTENT_TYPES[kind],
        pathOf(output),
        segment,
      );
    };
    return {
      path: pathOf(output),
      segmentSeconds: segmentLength,
      fragmentSeconds: fragmentLength,
      segmentDone,
    };
  };
  const storeRest = (output: CmafOutput, kind: 'video' | 'audio', track: FinishedTrack) => {
    const name = nameOf(output);
    const path = pathOf(output);
    if (segmentControl === 'SINGLE_FILE') {
      const end = track.segments.at(-1)?.end ?? track.init.end;
      store(singleFileName(name, kind), CONTENT_TYPES[kind], path, { start: 0, end });
    } else {
      store(initName(name, kind), CONTENT_TYPES[kind], path, track.init);
    }
  };
  const storeText = (name: string, contentType: string, text: string) => {
    const zipped = settings.manifestCompression === 'GZIP' && name.endsWith('.m3u8');
    const bytes = Buffer.from(text);
    context.uploader.add({
      bucket,
      key: folderKey + name,
      contentType,
      body: { bytes: zipped ? gzipSync(bytes) : bytes },
      ...(zipped ? { contentEncoding: 'gzip' } : {}),
    });
  };

  const videoOutputs = group.outputs.filter((output) => output.videoDescription !== undefined);
  const audioOutputs = group.outputs.filter((output) => output.audioDescriptions !== undefined);
  return {
    video: videoOutputs.flatMap((output): VideoRequest[] =>
      output.videoDescription === undefined
        ? []
        : [{ kind: 'video', description: output.videoDescription, ...requestFor(output, 'video') }],
    ),
    audio: audioOutputs.flatMap((output) =>
      (output.audioDescriptions ?? []).map((description) => ({
        description,
        request: { plan: aacPlan(description), ...requestFor(output, 'audio') },
      })),
    ),
    async finish(videos, audios) {
      const facts = new Map<CmafOutput, RenditionFacts>();
      for (const [index, output] of videoOutputs.entries()) {
        const made = videoFacts(output, nameOf(output), videos[index]);
        if (made !== undefined) facts.set(output, made);
      }
      for (const [index, output] of audioOutputs.entries()) {
        const made = audioFacts(output, nameOf(output), audios[index], index);
        if (made !== undefined) facts.set(output, made);
      }
      for (const [output, { kind, track }] of facts) storeRest(output, kind, track);
      await context.uploader.finish();
      const renditions = [...facts.values()];
      const playlistFilePaths: string[] = [];
      const announce = (name: string) =>
        playlistFilePaths.push(s3Uri({ bucket, key: folderKey + name }));
      const full = { ...settings, segmentControl };
      if (settings.writeDashManifest !== 'DISABLED') {
        storeText(`${base}.mpd`, CONTENT_TYPES.mpd, dashManifest(renditions, full));
        announce(`${base}.mpd`);
      }
      if (settings.writeHlsManifest !== 'DISABLED') {
        for (const each of renditions) {
          storeText(`${each.name}.m3u8`, CONTENT_TYPES.m3u8, mediaPlaylist(each, full));
        }
        storeText(`${base}.m3u8`, CONTENT_TYPES.m3u8, multivariantPlaylist(renditions, full));
        announce(`${base}.m3u8`);
      }
      await context.uploader.finish();
      const outputDetails = group.outputs.flatMap((output) => {
        const made = facts.get(output);
        return made === undefined ? [] : [detailOf(made)];
      });
      return { type: 'CMAF_GROUP', outputDetails, playlistFilePaths };
    },
  };
}

interface Run {
  readonly start: number;
  readonly end: number;
}

function videoFacts(
  output: CmafOutput,
  name: string,
  finished: FinishedVideo | undefined,
): RenditionFacts | undefined {
  if (finished?.track === undefined) return undefined;
  const { size, rate, track } = finished;
  const { width, height, par } = size;
  const maxBitrate = output.videoDescription?.codecSettings.h264Settings.maxBitrate;
  const groups = output.containerSettings.cmfcSettings?.audioRenditionSets?.split(',');
  const audioGroups = groups === undefined ? {} : { audioGroups: groups.map((id) => id.trim()) };
  return { kind: 'video', name, track, width, height, par, rate, maxBitrate, ...audioGroups };
}

function audioFacts(
  output: CmafOutput,
  name: string,
  finished: FinishedAudio | undefined,
  index: number,
): RenditionFacts | undefined {
  const [description] = output.audioDescriptions ?? [];
  if (finished === undefined || description === undefined) return undefined;
  const { sampleRate, channels } = aacPlan(description);
  const { audioGroupId = 'program_audio', audioTrackType } =
    output.containerSettings.cmfcSettings ?? {};
  const configured =
    description.languageCodeControl === 'FOLLOW_INPUT' ? undefined : description.languageCode;
  const language = (
    configured ??
    finished.language ??
    description.languageCode ??
    'und'
  ).toLowerCase();
  return {
    kind: 'audio',
    name,
    track: finished.track,
    sampleRate,
    channels,
    language,
    groupId: audioGroupId,
    label: description.streamName || `audio_${index + 1}`,
    isDefault:
      audioTrackType === undefined
        ? index === 0
        : audioTrackType === 'ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT',
    autoSelect: audioTrackType !== 'ALTERNATE_AUDIO_NOT_AUTO_SELECT',
  };
}

function detailOf(rendition: RenditionFacts): OutputDetail {
  const length = trackSeconds(rendition.track);
  if (rendition.kind === 'audio') return outputDetail(length);
  const { width, height, track } = rendition;
  return outputDetail(length, { width, height, averageBitrate: averageBandwidth(track) });
}
