import type { Frame } from 'node-av/lib';

/** Pictures that wait for an encoder, so that decoding and the other encoders continue. */
export interface FrameQueue {
  /** Takes the frame over. Resolves when there is room for another one. Rejects if the encoder has failed. */
  put(frame: Frame): Promise<void>;
  /** Resolves when everything is encoded. */
  drained(): Promise<void>;
  close(): void;
}

/** `work` runs for one frame after the other; the queue frees each frame afterwards. */
export function frameQueue(depth: number, work: (frame: Frame) => Promise<void>): FrameQueue {
  const waiting: Frame[] = [];
  let running: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;
  let wake: (() => void)[] = [];
  const run = async () => {
    for (let frame = waiting.shift(); frame !== undefined; frame = waiting.shift()) {
      for (const resolve of wake.splice(0)) resolve();
      try {
        if (failure === undefined) await work(frame);
      } catch (error) {
        failure = { error };
      } finally {
        frame.free();
      }
    }
    running = undefined;
    for (const resolve of wake.splice(0)) resolve();
  };
  const check = () => {
    if (failure !== undefined) throw failure.error;
  };
  return {
    async put(frame) {
      waiting.push(frame);
      running ??= run();
      while (waiting.length > depth && failure === undefined) {
        await new Promise<void>((resolve) => wake.push(resolve));
      }
      check();
    },
    async drained() {
      await running;
      check();
    },
    close() {
      for (const frame of waiting.splice(0)) frame.free();
      wake = [];
    },
  };
}
