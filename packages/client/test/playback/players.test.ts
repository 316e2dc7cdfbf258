import { hlsConfig } from '../../src/playback/hls-config.ts';
import { playNatively } from '../../src/playback/native-playback.ts';
import { type PlaybackUrls, playbackSession } from '../../src/playback/playback-session.ts';
import { fakeClock } from '../fake-clock.ts';

const urlOf = (token: string, file = 'index.m3u8') =>
  `https://m.example/v/${token}/video-1/${file}`;
const LIFE_MS = 9_000_000;

function fixture() {
  const clock = fakeClock();
  let loads = 0;
  const load = async (): Promise<PlaybackUrls> => {
    loads += 1;
    const hls = urlOf(`t${loads}`);
    const expiresAt = new Date(clock.now() + LIFE_MS).toISOString();
    return { hls, dash: hls, poster: hls, storyboard: hls, expiresAt };
  };
  return { clock, session: playbackSession(load, { clock }) };
}

describe('hls.js', () => {
  const policy = { default: { maxTimeToFirstByteMs: 5, errorRetry: { maxNumRetry: 6 } } };
  const defaults = {
    fragLoadPolicy: policy,
    manifestLoadPolicy: policy,
    playlistLoadPolicy: policy,
  };
  type Retry = (a: unknown, count: number, b: boolean, response: object, retry: boolean) => boolean;

  function retryOf(config: object): Retry {
    const { fragLoadPolicy } = config as {
      fragLoadPolicy: { default: { errorRetry: { shouldRetry: Retry } } };
    };
    return fragLoadPolicy.default.errorRetry.shouldRetry;
  }

  it('opens every request with the present token', async () => {
    const { session, clock } = fixture();
    await session.fresh();
    clock.sleep(LIFE_MS);
    const opened: string[] = [];
    const xhr = { open: (_: string, url: string) => opened.push(url) };
    await hlsConfig(session, defaults).xhrSetup(xhr as never, urlOf('t1', '5.m4s'));
    expect(opened).toEqual([urlOf('t2', '5.m4s')]);
  });

  it('tries a refused request again, three times at most, and leaves other errors to its policy', async () => {
    const { session } = fixture();
    await session.fresh();
    const shouldRetry = retryOf(hlsConfig(session, defaults));
    const refused = { code: 403, url: urlOf('t1', '5.m4s') };
    expect(shouldRetry({}, 0, false, refused, false)).toBe(true);
    expect(shouldRetry({}, 3, false, refused, false)).toBe(false);
    expect(shouldRetry({}, 0, false, { code: 404 }, false)).toBe(false);
    expect(shouldRetry({}, 0, false, { code: 503 }, true)).toBe(true);
  });

  it('keeps the other settings of its policies', () => {
    const { fragLoadPolicy } = hlsConfig(fixture().session, defaults) as unknown as {
      fragLoadPolicy: typeof policy;
    };
    expect(fragLoadPolicy.default).toMatchObject({
      maxTimeToFirstByteMs: 5,
      errorRetry: { maxNumRetry: 6 },
    });
  });
});

describe('The HLS of a browser', () => {
  /** A media element that records its sources. */
  function element() {
    const handlers = new Map<string, () => void>();
    const sources: string[] = [];
    const media = {
      currentTime: 0,
      paused: false,
      playbackRate: 1,
      plays: 0,
      get src() {
        return sources.at(-1) ?? '';
      },
      set src(url: string) {
        sources.push(url);
        media.currentTime = 0;
        media.paused = true;
      },
      load: () => {},
      async play() {
        media.paused = false;
        media.plays += 1;
      },
      addEventListener: (type: string, handler: () => void) => void handlers.set(type, handler),
      removeEventListener: (type: string) => void handlers.delete(type),
    };
    const emit = async (type: string) => {
      handlers.get(type)?.();
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { media, sources, emit, handlers };
  }

  it('gets a new source after an error, at the same time and rate, and goes on playing', async () => {
    const { session } = fixture();
    const { media, sources, emit } = element();
    playNatively(media as never, session);
    await emit('nothing');
    Object.assign(media, { currentTime: 61.5, paused: false, playbackRate: 2 });
    await emit('error');
    expect(sources).toEqual([urlOf('t1'), urlOf('t2')]);
    expect([media.currentTime, media.playbackRate, media.paused]).toEqual([61.5, 2, false]);
  });

  it('gets the renewed source while it is paused or buffers, not in the middle of playing', async () => {
    const { session, clock } = fixture();
    const { media, sources, emit } = element();
    playNatively(media as never, session);
    await emit('nothing');
    media.paused = false;
    await clock.pass((LIFE_MS * 2) / 3);
    expect(sources).toHaveLength(1);
    await emit('waiting');
    expect(sources).toEqual([urlOf('t1'), urlOf('t2')]);
  });

  it('is left alone once playback ends', async () => {
    const { session } = fixture();
    const { media, handlers } = element();
    playNatively(media as never, session)();
    expect(handlers.size).toBe(0);
  });
});
