import type { Clock } from '../clock.ts';

/** Complete addresses of a video's files, valid until `expiresAt`. */
export interface PlaybackUrls {
  /** HLS: `.m3u8`. */
  readonly hls: string;
  /** DASH: `.mpd`. */
  readonly dash: string;
  /** A JPEG picture. */
  readonly poster: string;
  /** Thumbnails of the scrubber: WebVTT. */
  readonly storyboard: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export interface PlaybackSession<Urls extends PlaybackUrls = PlaybackUrls> {
  /** The present addresses; undefined before the first call of `fresh`. */
  readonly urls: Urls | undefined;
  /**
   * The addresses, renewed first if two thirds of their life have passed or one was refused. Call it before a request:
   * after a laptop's sleep no timer can have renewed them. Calls at the same time share one renewal.
   *
   * @throws UploadError where the API refuses: the video was removed, or nobody is signed in
   */
  fresh(): Promise<Urls>;
  /** `url` with the present token, if it is an address of this video's files; any other URL unchanged. */
  rewrite(url: string): string;
  /**
   * Tells that the media's host refused `url` (403). The next `fresh` gets a new token, unless one was got since.
   *
   * @returns whether it is worth trying again: false where the token that replaced a refused one is refused, too
   */
  refused(url: string): boolean;
  /** Calls `listener` after each renewal; the returned function ends that. */
  onRenewed(listener: (urls: Urls) => void): () => void;
  /** Ends the timer that renews while a video plays. */
  close(): void;
}

export interface PlaybackSessionOptions {
  readonly clock: Clock;
}

/** Renewed when this part of the life has passed. */
const RENEW_AFTER = 2 / 3;
/** A failed renewal is tried again after this time; a player asks earlier if it needs one. */
const RETRY_MS = 10_000;

/**
 * Keeps the addresses of one video valid for as long as it plays.
 * @param load gets new addresses from the API
 */
export function playbackSession<Urls extends PlaybackUrls>(
  load: () => Promise<Urls>,
  { clock }: PlaybackSessionOptions,
): PlaybackSession<Urls> {
  let urls: Urls | undefined;
  let loadedAt = 0;
  let isRefused = false;
  /** The present token replaces a refused one. */
  let isReplacement = false;
  let renewal: Promise<Urls> | undefined;
  let cancelTimer = () => {};
  let isClosed = false;
  const listeners = new Set<(urls: Urls) => void>();

  const dueAt = () => loadedAt + (Date.parse(urls?.expiresAt ?? '') - loadedAt) * RENEW_AFTER;
  const isDue = () => urls === undefined || isRefused || clock.now() >= dueAt();

  const renew = async (): Promise<Urls> => {
    const loaded = await load();
    const isFirst = urls === undefined;
    urls = loaded;
    loadedAt = clock.now();
    isReplacement = isRefused;
    isRefused = false;
    schedule(dueAt() - loadedAt);
    if (!isFirst) for (const listener of listeners) listener(loaded);
    return loaded;
  };
  const fresh = (): Promise<Urls> => {
    if (urls && !isDue()) return Promise.resolve(urls);
    renewal ??= renew().finally(() => {
      renewal = undefined;
    });
    return renewal;
  };
  const schedule = (ms: number) => {
    cancelTimer();
    if (isClosed) return;
    cancelTimer = clock.after(Math.max(0, ms), () => {
      // The player's next request reports the error.
      fresh().catch(() => schedule(RETRY_MS));
    });
  };

  return {
    get urls() {
      return urls;
    },
    fresh,
    rewrite(url) {
      const present = urls && tokenOf(urls.hls);
      const old = tokenOf(url);
      if (!present || !old || old.video !== present.video) return url;
      return url.replace(old.prefix, present.prefix);
    },
    refused(url) {
      const present = urls && tokenOf(urls.hls);
      if (present && tokenOf(url)?.prefix !== present.prefix) return true;
      // The replacement of a refused token is refused, too: the video was removed.
      if (isReplacement) return false;
      isRefused = true;
      return true;
    },
    onRenewed(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      isClosed = true;
      cancelTimer();
    },
  };
}

/** Host and token of an address, `https://host/v/<token>/<video>/`; undefined for another URL. */
function tokenOf(url: string): { readonly prefix: string; readonly video: string } | undefined {
  const [prefix, host, video] = /^(https?:\/\/[^/]+)\/v\/[\w.-]+\/([\w-]+)\//.exec(url) ?? [];
  return prefix && host && video ? { prefix, video: `${host}/${video}` } : undefined;
}
