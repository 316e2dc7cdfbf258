import { type Media, picture, realVideo, SECONDS, tone } from './real-videos.ts';
import { packetsOf, programAssociation, withoutPids } from './transport.ts';

/** What the converted video has; what is absent is not compared. */
export interface Converted {
  /** @default SECONDS */
  readonly seconds?: number;
  /** Of the largest rendition. @default 320x180 */
  readonly size?: readonly [width: number, height: number];
  /** @default 25 */
  readonly frameRate?: number;
  /** Channels of the sound; 0: there is none. @default 0 */
  readonly channels?: number;
  /** The quarter of the picture that is bright: upper left, upper right, lower left, lower right. */
  readonly bright?: 0 | 1 | 2 | 3;
  /** Code points of primaries, transfer and matrix. */
  readonly color?: readonly [number, number, number];
  /** Frames of two fields became whole pictures. */
  readonly deinterlaced?: boolean;
  /** The upload ends as `failed` with this reason. */
  readonly failure?: string;
}

export interface ConversionCase {
  readonly name: string;
  readonly file: string;
  readonly make: () => Promise<Buffer>;
  readonly converted: Converted;
  /** Part of every run of the tests; the others run with REELGATE_CASES=all. */
  readonly always?: boolean;
}

const REC_709 = [1, 1, 1] as const;
const FRAGMENTS = 'empty_moov+default_base_moof';

const simple = (file: string, media: Media, converted: Converted = {}, always = false) => ({
  name: file,
  file,
  make: () => realVideo(file, media),
  converted,
  always,
});

const encoded = (encoder: string, options: Record<string, string | number> = {}, graph?: string) =>
  picture({ encoder, options, ...(graph && { graph }) });

const hdr = (transfer: string) =>
  encoded(
    'libx265',
    {
      preset: 'ultrafast',
      'x265-params': `log-level=0:colorprim=bt2020:transfer=${transfer}:colormatrix=bt2020nc`,
    },
    `testsrc2=size=320x180:rate=25:duration=${SECONDS},format=yuv420p10le`,
  );

const corner = 'color=black:size=320x180:rate=25:duration=4,drawbox=0:0:160:90:white:fill';
/** Turned clockwise by 90 degrees, as telephones store it: ISO/IEC 14496-12, 8.3.2. */
const TURNED = [0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30];

const fields = (size: string, shape: string) => ({
  graph: `testsrc2=size=${size}:rate=50:duration=${SECONDS},tinterlace=interleave_top${shape},format=yuv420p`,
  options: {
    preset: 'ultrafast',
    g: 25,
    flags: '+ildct+ilme',
    'x264-params': 'tff=1:interlaced=1',
  },
});

const rate = (frames: number) =>
  picture({ graph: `testsrc2=size=320x180:rate=${frames}:duration=2,format=yuv420p` });

const surround = () => ({
  ...tone('aac'),
  graph: `sine=frequency=440:sample_rate=48000:duration=${SECONDS},pan=5.1|FC=c0,aformat=sample_fmts=fltp,asetnsamples=n=1024:p=0`,
});

async function programs(): Promise<Buffer> {
  const program = (id: number) =>
    realVideo(`program-${id}.ts`, {
      video: picture({
        graph: `testsrc2=size=320x${180 + 20 * id}:rate=25:duration=${SECONDS},format=yuv420p`,
      }),
      audio: tone('aac'),
      formatOptions: {
        mpegts_service_id: id,
        mpegts_pmt_start_pid: 0x1000 + id,
        mpegts_start_pid: 0x100 * id,
      },
    });
  const tables = programAssociation([
    { program: 1, pid: 0x1001 },
    { program: 2, pid: 0x1002 },
  ]);
  const [first = [], second = []] = (await Promise.all([program(1), program(2)])).map((bytes) =>
    packetsOf(withoutPids(bytes, [0, 17])),
  );
  const mixed = first.flatMap((packet, index) => [
    packet,
    ...(second[index] ? [second[index]] : []),
  ]);
  return Buffer.concat([tables, ...mixed]);
}

/** Files of the widest variety, made by FFmpeg, and what the product makes of them. */
export const CONVERSION_CASES: readonly ConversionCase[] = [
  simple(
    'interlaced.ts',
    { video: picture(fields('720x576', ',setsar=16/11')), audio: tone('aac') },
    { size: [1046, 576], channels: 1, deinterlaced: true },
    true,
  ),
  simple('hlg.mov', { video: hdr('arib-std-b67') }, { color: REC_709 }, true),
  simple(
    'turned.mp4',
    { video: { ...picture({ graph: `${corner},format=yuv420p` }), displayMatrix: TURNED } },
    { size: [180, 320], bright: 1 },
    true,
  ),
  simple('surround.mp4', { video: picture(), audio: surround() }, { channels: 2 }, true),
  simple('pq.mp4', { video: hdr('smpte2084') }, { color: REC_709 }),
  simple(
    'fields.mp4',
    { video: picture(fields('720x480', ',setsar=8/9')) },
    { size: [640, 480], deinterlaced: true },
  ),
  simple(
    'pcm.m2ts',
    {
      video: picture(),
      audio: tone('pcm_bluray', { channels: 2 }),
      formatOptions: { mpegts_m2ts_mode: 1 },
    },
    { channels: 2 },
  ),
  simple(
    'latm.ts',
    { video: picture(), audio: tone('aac'), formatOptions: { mpegts_flags: 'latm' } },
    { channels: 1 },
  ),
  // The number of channels is taken to be two where it is not known, and an FLV says two for all AAC.
  simple('opus.ts', { video: picture(), audio: tone('libopus') }, { channels: 2 }),
  simple(
    'mpeg2.ts',
    { video: encoded('mpeg2video', { g: 25 }), audio: tone('mp2') },
    { channels: 1 },
  ),
  simple('mpeg4.ts', { video: encoded('mpeg4', { g: 25 }), audio: tone('aac') }, { channels: 1 }),
  simple(
    'mpeg4.avi',
    { video: encoded('mpeg4', { g: 25 }), audio: tone('libmp3lame') },
    { channels: 1 },
  ),
  simple(
    'mpeg2.mpg',
    { video: encoded('mpeg2video', { g: 25 }), audio: tone('mp2') },
    { channels: 1 },
  ),
  simple('h264.flv', { video: picture(), audio: tone('aac') }, { channels: 2 }),
  simple('mp2.mkv', { video: picture(), audio: tone('mp2') }, { channels: 1 }),
  simple(
    'motion-jpeg.mov',
    { video: encoded('mjpeg', { strict: -2 }), audio: tone('pcm_s16le') },
    { channels: 1 },
  ),
  simple(
    'dv.mov',
    {
      video: encoded(
        'dvvideo',
        {},
        `testsrc2=size=720x576:rate=25:duration=${SECONDS},setsar=16/15,format=yuv420p`,
      ),
      audio: tone('pcm_s16le'),
    },
    { size: [768, 576], channels: 1 },
  ),
  simple('prores.mov', {
    video: encoded(
      'prores_ks',
      {},
      `testsrc2=size=320x180:rate=25:duration=${SECONDS},format=yuv422p10le`,
    ),
  }),
  simple('animation.mov', {
    video: encoded('qtrle', {}, `testsrc2=size=320x180:rate=25:duration=${SECONDS},format=rgb24`),
  }),
  simple(
    'telephone.mov',
    {
      video: encoded('h263', {}, 'testsrc2=size=176x144:rate=25:duration=4,format=yuv420p'),
    },
    { size: [176, 144] },
  ),
  simple(
    'vp9.webm',
    {
      video: encoded('libvpx-vp9', { deadline: 'realtime', 'cpu-used': 8 }),
      audio: tone('libopus'),
    },
    { channels: 1 },
  ),
  simple('av1.mp4', { video: encoded('libsvtav1', { preset: 12 }) }),
  simple('240.mov', { video: rate(240) }, { seconds: 2, frameRate: 60 }),
  simple('100.mp4', { video: rate(100) }, { seconds: 2, frameRate: 50 }),
  simple('film.mkv', { video: rate(24) }, { seconds: 2, frameRate: 24 }),
  simple(
    'odd.mkv',
    {
      video: encoded(
        'libx264',
        { preset: 'ultrafast', profile: 'high444' },
        'testsrc2=size=321x181:rate=25:duration=4,format=yuv444p',
      ),
    },
    { size: [320, 180] },
  ),
  simple(
    'dual-mono.mov',
    { video: picture(), audio: tone('pcm_s16le'), moreAudio: [tone('pcm_s16le')] },
    { channels: 2 },
  ),
  simple('fragments.mp4', {
    video: picture(),
    formatOptions: { movflags: FRAGMENTS, frag_duration: 1_000_000 },
  }),
  simple('indexes.mp4', {
    video: picture(),
    formatOptions: { movflags: `${FRAGMENTS}+dash`, frag_duration: 1_000_000 },
  }),
  simple(
    'late.mp4',
    {
      video: picture({}, ',setpts=PTS+10/TB'),
      audio: tone('aac', { filters: ',asetpts=PTS+10/TB' }),
    },
    { channels: 1 },
  ),
  simple(
    'late-picture.mp4',
    { video: picture({}, ',setpts=PTS+3/TB'), audio: tone('aac', { seconds: SECONDS + 3 }) },
    { seconds: SECONDS + 3, channels: 1 },
  ),
  {
    name: 'two programs',
    file: 'programs.ts',
    make: programs,
    converted: { size: [320, 200], channels: 1 },
  },
  {
    name: 'two joined recordings',
    file: 'joined.ts',
    async make() {
      const one = await realVideo('one.ts', { video: picture(), audio: tone('aac') });
      return Buffer.concat([one, one]);
    },
    // The local transcoder drops the second one; the loss is found.
    converted: { failure: 'duration_differs' },
  },
  {
    name: 'a clock that restarts',
    file: 'restart.ts',
    make() {
      const late = 2 ** 33 / 90_000 - 1;
      return realVideo('restart.ts', {
        video: picture({}, `,setpts=PTS+${late}/TB`),
        audio: tone('aac', { filters: `,asetpts=PTS+${late}/TB` }),
      });
    },
    converted: { channels: 1 },
  },
  {
    name: 'no program tables',
    file: 'piece.ts',
    async make() {
      const bytes = await realVideo('piece.ts', { video: picture(), audio: tone('aac') });
      return withoutPids(bytes, [0, 17, 0x1000]);
    },
    converted: { channels: 1 },
  },
  {
    name: 'a recording whose picture stands still',
    file: 'recording.webm',
    async make() {
      const bytes = await realVideo('recording.webm', {
        video: encoded(
          'libvpx',
          { deadline: 'realtime', 'cpu-used': 8 },
          'testsrc2=size=320x180:rate=25:duration=2,format=yuv420p',
        ),
        audio: tone('libopus', { seconds: 8 }),
      });
      bytes.set([0xec, 0x89, 0x00], bytes.indexOf(Buffer.from([0x44, 0x89, 0x88])));
      return bytes;
    },
    converted: { seconds: 8, channels: 1 },
  },
];
