import fc from 'fast-check';
import type { MediaFacts } from '../../../../core/contract/media.ts';
import { rejectionCodes } from '../../../../core/contract/reasons.ts';
import { checkMedia } from '../../../../core/media/media-rules.ts';
import { defaultUploadPolicy, uploadPolicySchema } from '../../../../core/uploads/upload-policy.ts';
import { facts, storedTrack, track } from './media-facts.ts';

const DECLARED = { contentType: 'video/mp4', size: 10_000_000 };

const check = (of: MediaFacts, declared = DECLARED, policy = defaultUploadPolicy) =>
  checkMedia(of, policy, declared, 10_000_000);

const reasonFor = (of: MediaFacts, declared = DECLARED, policy = defaultUploadPolicy) => {
  const result = check(of, declared, policy);
  return result.outcome === 'rejected' ? result.reason.code : 'accepted';
};

const dolbyVision = (dolbyVisionProfile: string) =>
  track({ color: { hdr: 'dolby-vision', dolbyVisionProfile, masteringMetadata: false } });
const sound = { codec: 'aac', channels: 2, sampleRate: 48_000 };

describe('The media rules', () => {
  it.each<[string, MediaFacts]>([
    ['an ordinary video', facts()],
    ['one without sound', facts({ audio: [] })],
    ['a portrait one', facts({ video: [storedTrack(1080, 1920)] })],
    ['a turned one', facts({ video: [storedTrack(1920, 1080, 90)] })],
    ['an anamorphic one', facts({ video: [storedTrack(720, 576, 0, 64 / 45)] })],
    ['a tiny one', facts({ video: [storedTrack(176, 144)] })],
    ['one that tells no frame rate', facts({ video: [withoutFrameRate()] })],
    ['QuickTime announced as MP4', facts({ container: 'mov' })],
    [
      'a cover picture as second video track',
      facts({ video: [track(), track({ codec: 'mjpeg' })] }),
    ],
    ['8K', facts({ video: [storedTrack(7680, 4320)] })],
  ])('accepts %s', (_what, of) => {
    expect(check(of)).toEqual({ outcome: 'accepted' });
  });

  it.each<[string, MediaFacts]>([
    ['container_not_allowed', facts({ container: 'ogg' })],
    ['type_mismatch', facts({ container: 'mkv' })],
    ['audio_only', facts({ video: [] })],
    ['not_a_video', facts({ video: [], audio: [], otherTracks: 1 })],
    ['too_many_tracks', facts({ video: [track(), track(), track()] })],
    ['too_many_tracks', facts({ audio: Array.from({ length: 17 }, () => sound) })],
    ['too_many_tracks', facts({ otherTracks: 31 })],
    ['media_damaged', facts({ durationSeconds: Number.NaN })],
    ['media_damaged', facts({ durationSeconds: Number.POSITIVE_INFINITY })],
    ['media_damaged', facts({ durationSeconds: 0 })],
    ['media_damaged', facts({ video: [track({ codedWidth: 0 })] })],
    ['media_damaged', facts({ video: [track({ pixelAspectRatio: 0 })] })],
    ['media_damaged', facts({ audio: [{ ...sound, channels: 0 }] })],
    ['too_short', facts({ durationSeconds: 0.01 })],
    ['too_long', facts({ durationSeconds: 43_201 })],
    ['too_long', facts({ durationSeconds: 3_155_760_000 })],
    ['video_codec_not_allowed', facts({ video: [track({ codec: 'cinepak' })] })],
    ['video_codec_not_allowed', facts({ video: [track({ codec: 'unknown' })] })],
    [
      'video_codec_not_allowed',
      facts({ video: [track({ codec: 'vvc', codedWidth: 0, codedHeight: 0 })] }),
    ],
    ['dolby_vision_not_allowed', facts({ video: [dolbyVision('5')] })],
    ['dolby_vision_not_allowed', facts({ video: [dolbyVision('5.0')] })],
    ['audio_codec_not_allowed', facts({ audio: [{ ...sound, codec: 'dts' }] })],
    ['dimensions_too_small', facts({ video: [storedTrack(30, 400)] })],
    ['dimensions_too_large', facts({ video: [storedTrack(65_535, 65_535)] })],
    ['dimensions_too_large', facts({ video: [storedTrack(8_192, 8_192)] })],
    ['aspect_ratio_not_allowed', facts({ video: [storedTrack(4_000, 400)] })],
    ['aspect_ratio_not_allowed', facts({ video: [storedTrack(400, 400, 0, 10)] })],
    ['frame_rate_too_high', facts({ video: [track({ frameRate: 1_000_000 })] })],
  ])('rejects as %s', (code, of) => {
    expect(reasonFor(of)).toBe(code);
  });

  it('reject a file whose size differs from the announced size by one byte', () => {
    const result = check(facts(), { ...DECLARED, size: 9_999_999 });
    expect(result).toEqual({
      outcome: 'rejected',
      reason: { code: 'size_mismatch', detail: 'Expected 9999999 bytes; the file has 10000000.' },
    });
  });

  it('state the found and the allowed values', () => {
    expect(check(facts({ video: [track({ frameRate: 480 })] }))).toMatchObject({
      reason: { detail: '480 frames per second; at most 300.' },
    });
  });

  it('use the limits of the policy', () => {
    const policy = uploadPolicySchema.parse({
      containers: ['mpegts'],
      videoCodecs: ['cinepak'],
      picture: { maximumSide: 352 },
    });
    const of = facts({
      container: 'mpegts',
      video: [{ ...storedTrack(352, 288), codec: 'cinepak' }],
    });
    const declared = { ...DECLARED, contentType: 'video/mp2t' };
    expect(reasonFor(of, declared, policy)).toBe('accepted');
    expect(reasonFor(facts(), DECLARED, policy)).toBe('container_not_allowed');
  });

  it('draws nothing from a content type that stands for no container', () => {
    const contentType = 'application/octet-stream';
    expect(reasonFor(facts({ container: 'mkv' }), { ...DECLARED, contentType })).toBe('accepted');
    expect(reasonFor(facts(), { ...DECLARED, contentType: 'constructor' })).toBe('accepted');
  });

  it('has a result for any facts, with a reason from the catalogue, and never throws', () => {
    const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, 1, 65_535, 2 ** 53));
    const video = fc.record({
      codec: fc.oneof(fc.constantFrom('h264', 'unknown'), fc.string()),
      codedWidth: number,
      codedHeight: number,
      displayWidth: number,
      displayHeight: number,
      rotation: fc.constantFrom(0 as const, 90 as const),
      pixelAspectRatio: number,
      frameRate: number,
    });
    const audio = fc.record({ codec: fc.string(), channels: number, sampleRate: number });
    const any = fc.record({
      container: fc.constantFrom('mp4', 'mkv', 'constructor'),
      durationSeconds: number,
      video: fc.array(video, { maxLength: 3 }),
      audio: fc.array(audio, { maxLength: 3 }),
      otherTracks: number,
    });
    fc.assert(
      fc.property(any, (of) => {
        const code = reasonFor(of);
        expect(['accepted', ...rejectionCodes]).toContain(code);
      }),
      { numRuns: 1_000 },
    );
  });
});

function withoutFrameRate() {
  const { frameRate: _frameRate, ...rest } = track();
  return rest;
}
