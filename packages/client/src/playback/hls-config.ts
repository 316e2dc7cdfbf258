import type { PlaybackSession } from './playback-session.ts';

/** The part of hls.js's load policies that is changed. */
interface LoadPolicy {
  readonly default: { readonly errorRetry: object | null };
}

/** As hls.js calls it after a request has failed; `retry` is what its own policy says. */
type ShouldRetry = (
  config: unknown,
  retryCount: number,
  isTimeout: boolean,
  response: { readonly url?: string; readonly code?: number } | undefined,
  retry: boolean,
) => boolean;

const POLICIES = ['fragLoadPolicy', 'manifestLoadPolicy', 'playlistLoadPolicy'] as const;

/** hls.js's default configuration, `Hls.DefaultConfig`. */
type HlsDefaults = Readonly<Record<(typeof POLICIES)[number], LoadPolicy>>;

/** A refused request is tried so often, each time with a new token. */
const MAX_RETRIES = 3;

/**
 * Configuration for hls.js (1.5 or newer), to be spread into that of the page:
 * `new Hls({ ...hlsConfig(session, Hls.DefaultConfig) })`. Every request gets the present token, and one that was
 * refused is tried again with a new token.
 */
export function hlsConfig(session: PlaybackSession, defaults: HlsDefaults) {
  const shouldRetry: ShouldRetry = (_config, retryCount, _isTimeout, response, retry) => {
    if (response?.code !== 403) return retry;
    return retryCount < MAX_RETRIES && session.refused(response.url ?? '');
  };
  const withRenewal = ({ default: policy }: LoadPolicy): LoadPolicy => ({
    default: {
      ...policy,
      errorRetry: {
        maxNumRetry: MAX_RETRIES,
        retryDelayMs: 200,
        maxRetryDelayMs: 2_000,
        ...policy.errorRetry,
        shouldRetry,
      },
    },
  });
  return {
    async xhrSetup(xhr: XMLHttpRequest, url: string): Promise<void> {
      await session.fresh();
      xhr.open('GET', session.rewrite(url), true);
    },
    ...Object.fromEntries(POLICIES.map((name) => [name, withRenewal(defaults[name])])),
  };
}
