import type { InputAudioTrack, InputVideoTrack } from 'mediabunny';
import type { AudioTrack, VideoTrack } from '../../core/contract/media.ts';
import { codecName } from '../../core/media/codec-names.ts';

export async function videoFacts(track: InputVideoTrack): Promise<VideoTrack> {
  const { num, den } = await track.getPixelAspectRatio();
  return {
    codec: codecOf(await track.getCodec(), await track.getInternalCodecId()),
    codedWidth: await track.getCodedWidth(),
    codedHeight: await track.getCodedHeight(),
    displayWidth: Math.round(await track.getDisplayWidth()),
    displayHeight: Math.round(await track.getDisplayHeight()),
    rotation: await track.getRotation(),
    pixelAspectRatio: num / den,
  };
}

export async function audioFacts(track: InputAudioTrack): Promise<AudioTrack> {
  return {
    codec: codecOf(await track.getCodec(), await track.getInternalCodecId()),
    channels: await track.getNumberOfChannels(),
    sampleRate: await track.getSampleRate(),
  };
}

/** For codecs unknown to the library: the container's own name, such as `s263` or `V_THEORA`. */
function codecOf(known: string | null, internal: string | number | Uint8Array | null): string {
  const name = typeof internal === 'string' ? internal : undefined;
  return codecName(known ?? name?.replace(/[^\x21-\x7e]/g, '').slice(0, 32));
}
