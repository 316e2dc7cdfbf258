import { compareFacts } from '../../../tools/compare-media/comparison.ts';
import { type FfmpegFacts, lengthOf } from '../../../tools/compare-media/ffmpeg-facts.ts';
import { type ComparedFile, reportLines, shareOf } from '../../../tools/compare-media/report.ts';
import type { InspectedFile } from '../../../tools/inspect/inspect-file.ts';
import { facts as mediaFacts } from '../core/media/media-facts.ts';

const facts = mediaFacts();
const accepted = (change: object = {}): InspectedFile => ({
  file: 'a.mp4',
  verdict: 'accepted',
  media: { ...facts, durationSeconds: 100, ...change },
  reads: 1,
  bytes: 1,
  ms: 1,
});
const refused = (code: 'media_damaged' | 'too_short'): InspectedFile => ({
  file: 'a.mp4',
  verdict: 'rejected',
  reason: { code, detail: 'Why.' },
  reads: 1,
  bytes: 1,
  ms: 1,
});
const ffmpeg = (change: object = {}): FfmpegFacts => ({
  decodes: true,
  height: facts.video[0]?.codedHeight ?? 0,
  sound: facts.audio.length > 0,
  measuredSeconds: 100,
  ...change,
});

describe('A comparison with FFmpeg', () => {
  it.each([
    ['agrees', accepted(), ffmpeg()],
    ['agrees', accepted({ durationSeconds: 103 }), ffmpeg()],
    ['length', accepted({ durationSeconds: 103.1 }), ffmpeg()],
    ['agrees', accepted({ durationSeconds: 2 }), ffmpeg({ measuredSeconds: 3 })],
    ['length', accepted({ durationSeconds: 2 }), ffmpeg({ measuredSeconds: 3.1 })],
    ['agrees', accepted(), ffmpeg({ measuredSeconds: 50, statedSeconds: 100 })],
    ['length unknown', accepted({ durationSource: 'unknown' }), ffmpeg()],
    ['agrees', accepted(), ffmpeg({ height: (facts.video[0]?.codedHeight ?? 0) + 16 })],
    ['height', accepted(), ffmpeg({ height: (facts.video[0]?.codedHeight ?? 0) + 17 })],
    ['sound', accepted({ audio: [] }), ffmpeg({ sound: true })],
    ['sound', accepted(), ffmpeg({ sound: false })],
    ['refused by policy', refused('too_short'), ffmpeg()],
    ['refused, but FFmpeg decodes it', refused('media_damaged'), ffmpeg()],
    ['no video', refused('media_damaged'), { decodes: false, why: 'No.' } as const],
    [
      'accepted, but FFmpeg decodes no picture',
      accepted(),
      { decodes: false, why: 'No.' } as const,
    ],
  ])('%s (%#)', (kind, ours, theirs) => {
    expect(compareFacts(ours, theirs).kind).toBe(kind);
  });

  it('is scored without refusals by policy and without files that are no video', () => {
    const files = (
      ['agrees', 'agrees', 'agrees', 'length', 'refused by policy', 'no video'] as const
    ).map((kind): ComparedFile => ({ file: 'a', kind, what: 'too_short: Why.' }));
    expect(shareOf(files)).toBe(0.75);
    expect(reportLines(files).at(-1)).toContain('75 %');
    expect(reportLines(files)).toContain('  1  too_short');
    expect(shareOf([])).toBe(1);
  });
});

describe('The length of a stream by its packets', () => {
  const packet = (shown: number) => ({ shown, seconds: 1 });

  it('is from the first to the end of the last, in any order', () => {
    expect(lengthOf([packet(5), packet(7), packet(6)], false)).toBe(3);
    expect(lengthOf([], false)).toBe(0);
  });

  it('is the sum of the recordings where the clock restarts', () => {
    const joined = [...[0, 1, 2].map(packet), ...[100, 101].map(packet), ...[0, 1].map(packet)];
    expect(lengthOf(joined, true)).toBe(7);
    expect(lengthOf(joined, false)).toBe(102);
  });
});
