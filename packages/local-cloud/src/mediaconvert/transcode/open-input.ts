import {
  AV_DISPOSITION_ATTACHED_PIC,
  AVERROR_EIO,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
  AVSEEK_CUR,
  AVSEEK_END,
  AVSEEK_SIZE,
} from 'node-av/constants';
import { Dictionary, FFmpegError, FormatContext, IOContext, type Stream } from 'node-av/lib';
import { FAILURE_CODES, JobFailure } from './job-failure.ts';
import type { RangedSource } from './ranged-source.ts';

/**
 * The supported containers, by the names of FFmpeg's demuxers: those of MediaConvert without playlists, image
 * sequences and concatenations. A playlist named .mp4 would make FFmpeg open other addresses. None of these
 * demuxers opens a second file, and no protocol is allowed.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/reference-codecs-containers-input.html
 */
const DEMUXERS = [
  'mov,mp4,m4a,3gp,3g2,mj2',
  'matroska,webm',
  'mpegts',
  'mpeg',
  'avi',
  'flv',
  'mxf',
  'asf',
  'ogg',
];
const BUFFER = 256 * 1024;
/** Pictures larger than 8192 × 4320 are refused before a frame is allocated. */
export const MAX_PIXELS = 8192 * 4320;
const MAX_STREAMS = 64;

export interface OpenInput {
  readonly format: FormatContext;
  /** The tracks with pictures, without those that are one attached picture. */
  readonly videos: readonly Stream[];
  /** The first of them. */
  readonly video: Stream | undefined;
  readonly audios: readonly Stream[];
  /** The error of the source, which FFmpeg reports only as an I/O error. */
  readFailure(): JobFailure | undefined;
  close(): Promise<void>;
}

/** Opens and probes the source. Throws JobFailure 1010, 1075, 1401 or 1404. */
export async function openInput(source: RangedSource): Promise<OpenInput> {
  let failure: JobFailure | undefined;
  const io = inputContext(source, (error) => {
    failure ??= error;
  });
  const format = new FormatContext();
  format.allocContext();
  format.pb = io;
  const options = Dictionary.fromObject({
    format_whitelist: DEMUXERS.join(','),
    protocol_whitelist: 'none',
    max_streams: MAX_STREAMS,
    enable_drefs: 0,
  });
  const close = async () => {
    await format.closeInput();
    io.freeContext();
  };
  const opened = await format.openInput('', null, options);
  const probed = opened < 0 ? opened : await format.findStreamInfo();
  if (probed < 0) {
    if (opened >= 0) await close();
    throw failure ?? refusal(source, probed, opened < 0);
  }
  const { streams } = format;
  const videos = streams.filter(
    (each) =>
      each.codecpar.codecType === AVMEDIA_TYPE_VIDEO &&
      (each.disposition & AV_DISPOSITION_ATTACHED_PIC) === 0,
  );
  return {
    format,
    videos,
    video: videos[0],
    audios: streams.filter((each) => each.codecpar.codecType === AVMEDIA_TYPE_AUDIO),
    readFailure: () => failure,
    close,
  };
}

function inputContext(source: RangedSource, failed: (error: JobFailure) => void): IOContext {
  let position = 0;
  const io = new IOContext();
  io.allocContextWithCallbacks(
    BUFFER,
    0,
    async (length) => {
      try {
        const bytes = await source.read(position, length);
        position += bytes.length;
        return bytes.length === 0 ? null : bytes;
      } catch (error) {
        if (error instanceof JobFailure) failed(error);
        return AVERROR_EIO;
      }
    },
    null,
    (offset, whence) => {
      if (whence === AVSEEK_SIZE) return BigInt(source.size);
      const from = whence === AVSEEK_CUR ? position : whence === AVSEEK_END ? source.size : 0;
      const wanted = from + Number(offset);
      if (!Number.isSafeInteger(wanted) || wanted < 0) return -1n;
      position = wanted;
      return BigInt(position);
    },
  );
  return io;
}

function refusal(source: RangedSource, code: number, unknown: boolean): JobFailure {
  const why = source.size === 0 ? 'The file is empty' : new FFmpegError(code).message;
  return new JobFailure(
    unknown ? FAILURE_CODES.cannotOpenInput : FAILURE_CODES.brokenStructure,
    `Unable to open input file [${source.uri}]: [Failed probe/open: [${why}]]`,
  );
}
