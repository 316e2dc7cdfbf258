/** How MediaInfo names a codec. */
export interface MediaInfoCodec {
  readonly Format?: string | undefined;
  readonly Format_Version?: string | undefined;
  readonly Format_Profile?: string | undefined;
  readonly CodecID?: string | undefined;
}

/** MediaInfo's `Format`, and the name in policies and media facts. */
const NAMES: Readonly<Record<string, string>> = {
  AVC: 'h264',
  HEVC: 'hevc',
  'MPEG-4 Visual': 'mpeg4',
  VP6: 'vp6',
  VP8: 'vp8',
  VP9: 'vp9',
  AV1: 'av1',
  ProRes: 'prores',
  JPEG: 'mjpeg',
  DV: 'dv',
  H261: 'h261',
  'H.261': 'h261',
  'H.263': 'h263',
  'Sorenson Spark': 'h263',
  'VC-1': 'vc1',
  'VC-3': 'dnxhd',
  'JPEG 2000': 'jpeg2000',
  FFV1: 'ffv1',
  RLE: 'qtrle',
  YUV: 'rawvideo',
  RGB: 'rawvideo',
  AAC: 'aac',
  'AC-3': 'ac3',
  'E-AC-3': 'eac3',
  PCM: 'pcm',
  Opus: 'opus',
  Vorbis: 'vorbis',
  FLAC: 'flac',
  ALAC: 'alac',
  DTS: 'dts',
  AMR: 'amr',
  WMA: 'wma',
};

/** The name in policies and media facts (`h264`, `hevc`, `aac`, `pcm`, …); another codec keeps MediaInfo's, in lower case. */
export function mediaInfoCodec(track: MediaInfoCodec): string {
  const { Format: format = '', Format_Version: version = '', CodecID: id = '' } = track;
  if (format === 'MPEG Video') return version.includes('1') ? 'mpeg1' : 'mpeg2';
  if (format === 'MPEG Audio') return layerOf(track.Format_Profile ?? '', id);
  // E-AC-3 with Atmos, AAC with SBR in older notation.
  const [name = ''] = format.split(' / ');
  if (Object.hasOwn(NAMES, name)) return NAMES[name] ?? name;
  const plain = (name || id).replace(/[^\x21-\x7e]/g, '');
  return plain.toLowerCase().slice(0, 32) || 'unknown';
}

/** Without a frame to read, the container's own name of the codec decides. */
function layerOf(profile: string, id: string): 'mp1' | 'mp2' | 'mp3' {
  if (profile === 'Layer 1' || id === 'A_MPEG/L1') return 'mp1';
  if (profile === 'Layer 2' || id === 'A_MPEG/L2') return 'mp2';
  return 'mp3';
}
