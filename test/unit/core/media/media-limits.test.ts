import type { MediaFacts, VideoTrack } from '../../../../core/contract/media.ts';
import { checkMedia } from '../../../../core/media/media-rules.ts';
import { type UploadPolicy, uploadPolicySchema } from '../../../../core/uploads/upload-policy.ts';
import { facts, track } from './media-facts.ts';

const DECLARED = { contentType: 'video/mp4', size: 10_000_000 };
const SOUND = { codec: 'aac', channels: 2, sampleRate: 48_000 };

/** Small limits, all different, so that a comparison with the wrong limit or the wrong value is visible. */
const policy: UploadPolicy = uploadPolicySchema.parse({
  duration: { minimumSeconds: 2, maximumSeconds: 100 },
  picture: {
    minimumSide: 100,
    maximumSide: 400,
    maximumPixels: 60_000,
    maximumAspectRatio: 2,
    minimumFrameRate: 5,
    maximumFrameRate: 50,
  },
  tracks: { maximumVideo: 2, maximumAudio: 3, maximumTotal: 6 },
});

/** Coded and displayed sizes on their own, as pixel aspect ratio and rotation make them differ. */
const picture = (coded: [number, number], displayed: [number, number] = coded): MediaFacts => {
  const [codedWidth, codedHeight] = coded;
  const [displayWidth, displayHeight] = displayed;
  return facts({ video: [track({ codedWidth, codedHeight, displayWidth, displayHeight })] });
};
const base = (more: Partial<MediaFacts>): MediaFacts => ({ ...picture([200, 200]), ...more });
const small = (more: Partial<VideoTrack> = {}) => ({ ...picture([200, 200]).video[0], ...more });
const videos = (count: number) => Array.from({ length: count }, () => small() as VideoTrack);
const sounds = (count: number) => Array.from({ length: count }, () => SOUND);

const outcome = (of: MediaFacts): string => {
  const result = checkMedia(of, policy, DECLARED, 10_000_000);
  return result.outcome === 'accepted' ? 'accepted' : result.reason.code;
};

describe('A limit of the media rules accepts its boundary and rejects the next value', () => {
  it.each<[string, MediaFacts, MediaFacts, string]>([
    ['minimumSeconds', base({ durationSeconds: 2 }), base({ durationSeconds: 1.99 }), 'too_short'],
    [
      'maximumSeconds',
      base({ durationSeconds: 100 }),
      base({ durationSeconds: 100.01 }),
      'too_long',
    ],
    [
      'minimumSide, coded width',
      picture([100, 200]),
      picture([99, 200], [200, 200]),
      'dimensions_too_small',
    ],
    [
      'minimumSide, coded height',
      picture([200, 100]),
      picture([200, 99], [200, 200]),
      'dimensions_too_small',
    ],
    [
      'minimumSide, displayed width',
      picture([200, 200], [100, 200]),
      picture([200, 200], [99, 198]),
      'dimensions_too_small',
    ],
    [
      'minimumSide, displayed height',
      picture([200, 200], [200, 100]),
      picture([200, 200], [198, 99]),
      'dimensions_too_small',
    ],
    [
      'maximumSide, coded width',
      picture([400, 150], [200, 150]),
      picture([401, 149], [200, 150]),
      'dimensions_too_large',
    ],
    [
      'maximumSide, coded height',
      picture([150, 400], [150, 200]),
      picture([149, 401], [150, 200]),
      'dimensions_too_large',
    ],
    [
      'maximumSide, displayed width',
      picture([200, 200], [400, 300]),
      picture([200, 200], [401, 300]),
      'dimensions_too_large',
    ],
    [
      'maximumSide, displayed height',
      picture([200, 200], [300, 400]),
      picture([200, 200], [300, 401]),
      'dimensions_too_large',
    ],
    ['maximumPixels', picture([300, 200]), picture([301, 200]), 'dimensions_too_large'],
    [
      'maximumAspectRatio, wide',
      picture([200, 200], [300, 150]),
      picture([200, 200], [301, 150]),
      'aspect_ratio_not_allowed',
    ],
    [
      'maximumAspectRatio, high',
      picture([200, 200], [150, 300]),
      picture([200, 200], [150, 301]),
      'aspect_ratio_not_allowed',
    ],
    [
      'minimumFrameRate',
      base({ video: [small({ frameRate: 5 }) as VideoTrack] }),
      base({ video: [small({ frameRate: 4.99 }) as VideoTrack] }),
      'frame_rate_too_low',
    ],
    [
      'maximumFrameRate',
      base({ video: [small({ frameRate: 50 }) as VideoTrack] }),
      base({ video: [small({ frameRate: 50.01 }) as VideoTrack] }),
      'frame_rate_too_high',
    ],
    ['maximumVideo', base({ video: videos(2) }), base({ video: videos(3) }), 'too_many_tracks'],
    ['maximumAudio', base({ audio: sounds(3) }), base({ audio: sounds(4) }), 'too_many_tracks'],
    [
      'maximumTotal',
      base({ audio: sounds(1), otherTracks: 4 }),
      base({ audio: sounds(1), otherTracks: 5 }),
      'too_many_tracks',
    ],
  ])('%s', (_limit, atTheLimit, beyond, code) => {
    expect(outcome(atTheLimit)).toBe('accepted');
    expect(outcome(beyond)).toBe(code);
  });

  it('maximumPixels counts coded pixels: the displayed size does not matter', () => {
    expect(outcome(picture([200, 200], [400, 300]))).toBe('accepted');
    expect(outcome(picture([400, 200], [200, 200]))).toBe('dimensions_too_large');
  });
});
