import { hlsConfig, playback, playNatively, UploadError } from '@reelgate/client/playback';
import Hls from 'hls.js';

// The script of the player page: plays the video that the address names, `/?id=<upload id>`.

const video = document.querySelector('video') as HTMLVideoElement;
const message = document.querySelector('[role=status]') as HTMLElement;
const { api } = document.documentElement.dataset as { readonly api: string };
const id = new URLSearchParams(location.search).get('id');

const getToken = async () => {
  const response = await fetch('/token');
  if (!response.ok) throw new Error(await response.text());
  return response.text();
};

async function play(uploadId: string): Promise<void> {
  const session = playback({ api, getToken }, uploadId);
  const { hls, poster } = await session.fresh();
  video.poster = poster;
  if (!Hls.isSupported()) {
    playNatively(video, session);
    return;
  }
  const player = new Hls(
    hlsConfig(session, Hls.DefaultConfig) as Partial<typeof Hls.DefaultConfig>,
  );
  player.on(Hls.Events.MANIFEST_PARSED, (_, { levels }) => {
    const heights = levels.map(({ height }) => `${height}p`).join(', ');
    message.textContent = `Ready: ${heights}.`;
  });
  player.on(Hls.Events.ERROR, (_, { fatal, details, response }) => {
    if (!fatal) return;
    message.textContent =
      response?.code === 403
        ? 'The video is not available any more.'
        : `Playback failed: ${details}.`;
  });
  player.loadSource(hls);
  player.attachMedia(video);
}

if (id === null) {
  message.textContent = 'Add the id of a ready upload to the address: /?id=…';
} else {
  play(id).catch((error: unknown) => {
    message.textContent =
      error instanceof UploadError
        ? `${error.message} ${error.problem?.next ?? ''}`
        : String(error);
  });
}
