/** What FFmpeg finds in a file. */
export type FfmpegFacts =
  /** FFmpeg cannot open the file, or decodes none of its pictures. */
  | { readonly decodes: false; readonly why: string }
  | {
      readonly decodes: true;
      /** Lines of the picture as it is coded. */
      readonly height: number;
      /** There are packets of sound. */
      readonly sound: boolean;
      /** From the first to the end of the last packet of picture and sound. */
      readonly measuredSeconds: number;
      /** As FFmpeg states it in its summary of the file; undefined if it states none. */
      readonly statedSeconds?: number;
    };

/** A packet's time in seconds; `decode` is the order in which FFmpeg gets packets. */
export interface PacketTime {
  readonly decode?: number;
  readonly shown: number;
  readonly seconds: number;
}

/** FFmpeg's `-dts_delta_threshold`: a longer step is the clock of another recording. */
const MAX_STEP_SECONDS = 10;

/**
 * Length of a stream by its packets, in the order of the file.
 *
 * @param restarts the container's clock may restart: each recording counts by itself, as the ffmpeg program counts them
 */
export function lengthOf(packets: readonly PacketTime[], restarts: boolean): number {
  let total = 0;
  let previous: number | undefined;
  let first = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (const { decode, shown, seconds } of packets) {
    const clock = decode ?? shown;
    const step = previous === undefined ? 0 : clock - previous;
    if (restarts && Math.abs(step) > MAX_STEP_SECONDS) {
      total += end - first;
      first = Number.POSITIVE_INFINITY;
      end = Number.NEGATIVE_INFINITY;
    }
    previous = clock;
    first = Math.min(first, shown);
    end = Math.max(end, shown + seconds);
  }
  return end > first ? total + end - first : total;
}
