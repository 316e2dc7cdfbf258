import type { VideoTrack } from '../../core/contract/media.ts';
import type { MediaInfoTrack } from './mediainfo-track.ts';

type Color = NonNullable<VideoTrack['color']>;

/** MediaInfo's names of the code points of ISO/IEC 23091-2, and FFmpeg's. */
const PRIMARIES: Readonly<Record<string, string>> = {
  'BT.709': 'bt709',
  'BT.601 NTSC': 'smpte170m',
  'BT.601 PAL': 'bt470bg',
  'BT.470 System M': 'bt470m',
  'BT.2020': 'bt2020',
  'SMPTE 240M': 'smpte240m',
  'DCI P3': 'smpte431',
  'Display P3': 'smpte432',
};

const TRANSFERS: Readonly<Record<string, string>> = {
  'BT.709': 'bt709',
  'BT.601': 'smpte170m',
  'BT.470 System M': 'bt470m',
  'BT.470 System B/G': 'bt470bg',
  'BT.2020 (10-bit)': 'bt2020-10',
  'BT.2020 (12-bit)': 'bt2020-12',
  'SMPTE 240M': 'smpte240m',
  'sRGB/sYCC': 'iec61966-2-1',
  Linear: 'linear',
  PQ: 'smpte2084',
  HLG: 'arib-std-b67',
};

const MATRICES: Readonly<Record<string, string>> = {
  Identity: 'gbr',
  'BT.709': 'bt709',
  'BT.601': 'smpte170m',
  'BT.470 System B/G': 'bt470bg',
  'BT.2020 non-constant': 'bt2020nc',
  'BT.2020 constant': 'bt2020c',
  'SMPTE 240M': 'smpte240m',
  ICtCp: 'ictcp',
};

/** Compatibility ids of Dolby Vision: https://professionalsupport.dolby.com/s/article/What-is-Dolby-Vision-Profile */
const COMPATIBLE: readonly (readonly [RegExp, number])[] = [
  [/HDR10/, 1],
  [/SDR/, 2],
  [/HLG/, 4],
];

export function colorOf(track: MediaInfoTrack): Color {
  const primaries = known(PRIMARIES, track.colour_primaries);
  const transfer = known(TRANSFERS, track.transfer_characteristics);
  const matrix = known(MATRICES, track.matrix_coefficients);
  const bitDepth = Number.parseInt(track.BitDepth ?? '', 10);
  const isDolbyVision = track.HDR_Format?.includes('Dolby Vision') ?? false;
  const profile = isDolbyVision ? dolbyVisionProfile(track) : undefined;
  return {
    ...(primaries && { primaries }),
    ...(transfer && { transfer }),
    ...(matrix && { matrix }),
    ...rangeOf(track.colour_range),
    ...(bitDepth > 0 && { bitDepth }),
    hdr: isDolbyVision ? 'dolby-vision' : hdrOf(transfer),
    ...(profile && { dolbyVisionProfile: profile }),
    masteringMetadata: track.MasteringDisplay_ColorPrimaries !== undefined,
  };
}

function hdrOf(transfer: string | undefined): Color['hdr'] {
  if (transfer === 'smpte2084') return 'pq';
  return transfer === 'arib-std-b67' ? 'hlg' : 'none';
}

function rangeOf(range: string | undefined): Pick<Color, 'range'> {
  if (range === 'Full') return { range: 'full' };
  return range === 'Limited' ? { range: 'limited' } : {};
}

/** `dvhe.08` and `HLG / SDR` become `8.4`. */
function dolbyVisionProfile(track: MediaInfoTrack): string | undefined {
  const number = /\bd\w{3}\.(\d+)/.exec(track.HDR_Format_Profile ?? '')?.[1];
  if (number === undefined) return undefined;
  const [, compatible] =
    COMPATIBLE.find(([pattern]) => pattern.test(track.HDR_Format_Compatibility ?? '')) ?? [];
  return compatible === undefined ? `${Number(number)}` : `${Number(number)}.${compatible}`;
}

function known(names: Readonly<Record<string, string>>, name: string | undefined) {
  return name !== undefined && Object.hasOwn(names, name) ? names[name] : undefined;
}
