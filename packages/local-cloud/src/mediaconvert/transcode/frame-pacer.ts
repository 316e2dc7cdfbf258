import type { Frame } from 'node-av/lib';
import type { Ratio } from './frame-size.ts';

/** Turns pictures with timestamps into a constant rate. */
export interface FramePacer {
  /** Adds a picture (null: the end). `emit` gets each tick from 0 with the picture that is shown then. */
  push(frame: Frame | null, emit: (frame: Frame, tick: number) => Promise<void>): Promise<void>;
  close(): void;
}

/**
 * Repeats and drops pictures (DUPLICATE_DROP). Each picture moves to the nearest tick; of several at one tick the last
 * one is shown. The first picture fills the time before it. `timeBase` is that of the timestamps.
 */
export function framePacer(timeBase: Ratio, rate: Ratio): FramePacer {
  let held: Frame | undefined;
  let next = 0;
  let end = 0;
  const exact = (time: bigint) =>
    (Number(time) * timeBase.num * rate.num) / (timeBase.den * rate.den);
  const emitUntil = async (tick: number, emit: (frame: Frame, tick: number) => Promise<void>) => {
    for (; held !== undefined && next < tick; next += 1) await emit(held, next);
  };
  return {
    async push(frame, emit) {
      if (frame === null) {
        await emitUntil(end, emit);
        return;
      }
      const at = exact(frame.pts);
      await emitUntil(Math.round(at), emit);
      // The last picture is shown for its duration. Some files do not state it: then until the next tick.
      end = Math.max(Math.round(exact(frame.pts + frame.duration)), Math.floor(at) + 1, 1);
      held?.free();
      held = frame.clone() ?? undefined;
    },
    close() {
      held?.free();
      held = undefined;
    },
  };
}
