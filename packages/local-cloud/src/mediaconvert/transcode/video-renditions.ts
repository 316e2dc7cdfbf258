import type { Frame } from 'node-av/lib';
import type { FinishedTrack } from '../packaging/cmaf-track.ts';
import { colourTables } from './colour-tables.ts';
import { encodedBranch } from './encoded-branch.ts';
import { type FramePacer, framePacer } from './frame-pacer.ts';
import { type OutputSize, outputSize, type Picture, type Ratio } from './frame-size.ts';
import { FAILURE_CODES, JobFailure } from './job-failure.ts';
import { type PreparedFrames, preparedFrames } from './prepared-frames.ts';
import { outputRate, scalerOf, sizeRequest } from './rendition-plan.ts';
import { type ScaledFrames, scaledFrames } from './scaled-frames.ts';
import { stillBranch } from './still-branch.ts';
import type { Branch, StillRequest, VideoRequest, VideoSource } from './video-branch.ts';

export interface FinishedVideo {
  readonly size: OutputSize;
  readonly rate: Ratio;
  /** Length of what was made. */
  readonly seconds: number;
  /** Absent for stills. */
  readonly track?: FinishedTrack;
}

export interface VideoRenditions {
  /** Adds a decoded frame; null means the end. Its pts is in the source's time base from the job's time 0. */
  push(frame: Frame | null): Promise<void>;
  /** Call it after the end. In the order of the requests. */
  finish(): FinishedVideo[];
  close(): void;
}

/** Outputs with the same rate; `stills` have a graph of their own, since they want few frames. */
interface PacedGroup {
  readonly pacer: FramePacer;
  readonly graphs: readonly ScaledFrames[];
}

/** Outputs with the same deinterlacer. */
interface PreparedGroups {
  readonly prepared: PreparedFrames;
  readonly groups: readonly PacedGroup[];
}

/** Scales and encodes the decoded frames for every request. The sizes depend on the first frame. */
export function videoRenditions(
  source: VideoSource,
  requests: readonly (VideoRequest | StillRequest)[],
): VideoRenditions {
  const tables = colourTables(source.folder);
  const rates = requests.map((request) => outputRate(request.description, source.rate));
  let branches: Branch[] = [];
  let preparedGroups: PreparedGroups[] = [];
  const start = (first: Frame) => {
    const picture = shownPicture(first, source);
    branches = requests.map((request, index) => {
      const size = sizeFor(picture, request, index);
      const rate = rates[index] ?? source.rate;
      return request.kind === 'video'
        ? encodedBranch(request, size, rate)
        : stillBranch(request, size, rate);
    });
    const outputs = requests.map(({ description, kind }, index) => {
      const { deinterlacer, colorCorrector } = description.videoPreprocessors ?? {};
      const branch = branches[index];
      if (branch === undefined) throw new Error('Each request has a branch.');
      const rate = rates[index] ?? source.rate;
      const scaler = scalerOf(description);
      const stretch = description.scalingBehavior === 'STRETCH_TO_OUTPUT';
      const still = kind === 'stills';
      return { branch, rate, deinterlacer, corrector: colorCorrector, scaler, stretch, still };
    });
    preparedGroups = grouped(outputs, (each) => JSON.stringify(each.deinterlacer ?? null)).map(
      (members) => ({
        prepared: preparedFrames(
          source.stream.timeBase,
          members[0]?.deinterlacer,
          source.orientation,
        ),
        groups: grouped(members, ({ rate }) => `${rate.num}/${rate.den}`).map((members) => {
          const rate = members[0]?.rate ?? source.rate;
          const stills = members.filter((each) => each.still).map((each) => [each]);
          const videos = members.filter((each) => !each.still);
          return {
            pacer: framePacer(source.stream.timeBase, rate),
            graphs: [...(videos.length > 0 ? [videos] : []), ...stills].map((sinks) =>
              scaledFrames({ source, picture, rate, sinks, tables }),
            ),
          };
        }),
      }),
    );
  };
  return {
    async push(frame) {
      if (preparedGroups.length === 0) {
        if (frame === null) return;
        start(frame);
      }
      for (const { prepared, groups } of preparedGroups) {
        await prepared.push(frame, async (each) => {
          for (const group of groups) await pace(group, each);
        });
        if (frame === null) for (const group of groups) await pace(group, null);
      }
      if (frame === null) await Promise.all(branches.map((branch) => branch.end()));
    },
    finish: () =>
      branches.map((branch, index) => {
        const track = branch.finish();
        const rate = rates[index] ?? source.rate;
        const made = { size: branch.size, rate, seconds: branch.seconds() };
        return track === undefined ? made : { ...made, track };
      }),
    close() {
      for (const branch of branches) branch.close();
      for (const { prepared, groups } of preparedGroups) {
        prepared.close();
        for (const { pacer, graphs } of groups) {
          pacer.close();
          for (const graph of graphs) graph.close();
        }
      }
    },
  };
}

async function pace({ pacer, graphs }: PacedGroup, frame: Frame | null): Promise<void> {
  await pacer.push(frame, async (each, tick) => {
    for (const graph of graphs) await graph.push(each, tick);
  });
  if (frame === null) for (const graph of graphs) await graph.end();
}

function grouped<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()];
}

function shownPicture(first: Frame, { orientation, par }: VideoSource): Picture {
  const upright = orientation.turn % 2 === 0;
  return upright
    ? { width: first.width, height: first.height, par }
    : { width: first.height, height: first.width, par: { num: par.den, den: par.num } };
}

function sizeFor(picture: Picture, { description }: VideoRequest | StillRequest, index: number) {
  const size = outputSize(picture, sizeRequest(description));
  if (size.width % 2 !== 0 || size.height % 2 !== 0) {
    throw new JobFailure(
      FAILURE_CODES.incompatibleSettings,
      `Invalid resolution [${size.width} x ${size.height}], only even values are supported. video_description [${index + 1}].`,
    );
  }
  return size;
}
