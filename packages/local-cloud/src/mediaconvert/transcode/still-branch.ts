import type { OutputSize, Ratio } from './frame-size.ts';
import { stillWriter } from './still-writer.ts';
import type { Branch, StillRequest } from './video-branch.ts';

/** Frame capture: the first picture, then one every denominator/numerator seconds, at most `maxCaptures`. */
export function stillBranch(request: StillRequest, size: OutputSize, rate: Ratio): Branch {
  const settings = request.description.codecSettings.frameCaptureSettings ?? {};
  const { framerateNumerator = 1, framerateDenominator = 1, maxCaptures = 10_000_000 } = settings;
  const { quality = 80 } = settings;
  const writer = stillWriter(request.pathOf, quality, request.written);
  let wanted = 0;
  return {
    size,
    wants(tick) {
      // tick / rate >= wanted × denominator / numerator, in integers
      const reached =
        tick * rate.den * framerateNumerator >= wanted * framerateDenominator * rate.num;
      if (wanted >= maxCaptures || !reached) return false;
      wanted += 1;
      return true;
    },
    async take(frame) {
      await writer.write(frame);
      frame.free();
    },
    end: async () => undefined,
    finish: () => undefined,
    // Each capture stands for its interval.
    seconds: () => (wanted * framerateDenominator) / framerateNumerator,
    close: () => writer.close(),
  };
}
