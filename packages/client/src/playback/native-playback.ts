import type { PlaybackSession } from './playback-session.ts';

/** The members of a media element that are used. */
type MediaElement = Pick<
  HTMLMediaElement,
  | 'src'
  | 'currentTime'
  | 'paused'
  | 'playbackRate'
  | 'play'
  | 'load'
  | 'addEventListener'
  | 'removeEventListener'
>;

/**
 * Plays a video by the browser's own HLS (Safari, iOS). Such a player sends the requests itself, so a new token means a
 * new source: it is set after a renewal, when the video is paused or buffers anyway, or after an error, and playback
 * resumes at the same time.
 *
 * @returns ends that; the element keeps its source
 */
export function playNatively(media: MediaElement, session: PlaybackSession): () => void {
  let isStale = false;

  const reload = (hls: string) => {
    const { currentTime, paused, playbackRate } = media;
    isStale = false;
    media.src = hls;
    media.load();
    media.currentTime = currentTime;
    media.playbackRate = playbackRate;
    if (!paused) void media.play().catch(() => {});
  };
  const onError = () => {
    if (session.refused(media.src))
      session.fresh().then(
        ({ hls }) => reload(hls),
        () => {},
      );
  };
  const replaceStale = () => {
    if (isStale)
      void session.fresh().then(
        ({ hls }) => reload(hls),
        () => {},
      );
  };
  const stopListening = session.onRenewed(() => {
    isStale = true;
    if (media.paused) replaceStale();
  });
  media.addEventListener('error', onError);
  media.addEventListener('waiting', replaceStale);
  media.addEventListener('pause', replaceStale);
  void session.fresh().then(
    ({ hls }) => {
      media.src = hls;
    },
    () => {},
  );
  return () => {
    stopListening();
    media.removeEventListener('error', onError);
    media.removeEventListener('waiting', replaceStale);
    media.removeEventListener('pause', replaceStale);
  };
}
