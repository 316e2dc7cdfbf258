import type { MediaFacts, VideoTrack } from '../../../../core/contract/media.ts';

/** A sound 1080p video with stereo sound, changed as a test needs it. */
export function facts(more: Partial<MediaFacts> = {}): MediaFacts {
  return {
    container: 'mp4',
    durationSeconds: 60,
    video: [track()],
    audio: [{ codec: 'aac', channels: 2, sampleRate: 48_000 }],
    otherTracks: 0,
    ...more,
  };
}

export function track(more: Partial<VideoTrack> = {}): VideoTrack {
  return {
    codec: 'h264',
    codedWidth: 1920,
    codedHeight: 1080,
    displayWidth: 1920,
    displayHeight: 1080,
    rotation: 0,
    pixelAspectRatio: 1,
    frameRate: 30,
    ...more,
  };
}

/** As a file stores it; what is shown follows from rotation and pixel aspect ratio. */
export function storedTrack(
  codedWidth: number,
  codedHeight: number,
  rotation: VideoTrack['rotation'] = 0,
  pixelAspectRatio = 1,
): VideoTrack {
  const across = Math.max(1, Math.round(codedWidth * pixelAspectRatio));
  const upright = rotation === 0 || rotation === 180;
  return track({
    codedWidth,
    codedHeight,
    rotation,
    pixelAspectRatio,
    displayWidth: upright ? across : codedHeight,
    displayHeight: upright ? codedHeight : across,
  });
}
