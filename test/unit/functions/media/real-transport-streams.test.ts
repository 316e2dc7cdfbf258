import {
  factsOf,
  H264,
  picture,
  realVideo,
  SECONDS,
  tone,
} from '../../../kit/media/real-videos.ts';
import { packetsOf, programAssociation, withoutPids } from '../../../kit/media/transport.ts';

const TABLES = [0, 17, 0x1000];

describe('A transport stream with', () => {
  it('interlaced pictures has its whole height', async () => {
    const video = picture({
      graph: `testsrc2=size=720x576:rate=50:duration=${SECONDS},tinterlace=interleave_top,setsar=16/11,format=yuv420p`,
      options: { ...H264.options, flags: '+ildct+ilme', 'x264-params': 'tff=1:interlaced=1' },
    });
    const facts = await factsOf(await realVideo('interlaced.ts', { video }));
    expect(facts.video[0]).toMatchObject({
      codedHeight: 576,
      displayWidth: 1047,
      displayHeight: 576,
      interlaced: true,
    });
  });

  it('two joined transport streams has the length of both', async () => {
    const one = await realVideo('one.ts', { video: picture(), audio: tone('aac') });
    const facts = await factsOf(Buffer.concat([one, one]));
    expect(Math.abs(facts.durationSeconds - 2 * SECONDS)).toBeLessThan(0.3);
  });
  it('linear PCM has its sound', async () => {
    const media = { video: picture(), audio: tone('pcm_bluray', { channels: 2 }) };
    const bytes = await realVideo('pcm.m2ts', {
      ...media,
      formatOptions: { mpegts_m2ts_mode: 1 },
    });
    const facts = await factsOf(bytes);
    expect(facts.audio).toMatchObject([{ codec: 'pcm', channels: 2, sampleRate: 48_000 }]);
    expect(Math.abs(facts.durationSeconds - SECONDS)).toBeLessThan(0.3);
  });

  it('AAC in LATM has its sound', async () => {
    const media = { video: picture(), audio: tone('aac') };
    const bytes = await realVideo('latm.ts', { ...media, formatOptions: { mpegts_flags: 'latm' } });
    expect((await factsOf(bytes)).audio).toMatchObject([{ codec: 'aac', sampleRate: 48_000 }]);
  });

  it('two programs has the picture and the sound of the first', async () => {
    const program = (id: number) =>
      realVideo(`program-${id}.ts`, {
        video: picture({
          graph: `testsrc2=size=320x${180 + 20 * id}:rate=25:duration=2,format=yuv420p`,
        }),
        audio: tone('aac', { seconds: 2 }),
        formatOptions: {
          mpegts_service_id: id,
          mpegts_pmt_start_pid: 0x1000 + id,
          mpegts_start_pid: 0x100 * id,
        },
      });
    const [first, second] = await Promise.all([program(1), program(2)]);
    const tables = programAssociation([
      { program: 1, pid: 0x1001 },
      { program: 2, pid: 0x1002 },
    ]);
    const [a, b] = [first, second].map((bytes) => packetsOf(withoutPids(bytes, [0, 17])));
    const mixed = (a ?? []).flatMap((packet, index) => [packet, ...(b?.[index] ? [b[index]] : [])]);
    const facts = await factsOf(Buffer.concat([tables, ...mixed]));
    expect(facts.video).toMatchObject([{ displayHeight: 200, program: 1, pid: 0x100 }]);
    expect(facts.audio).toMatchObject([{ program: 1, pid: 0x101 }]);
    expect(facts.otherTracks).toBe(2);
  });

  it('two recordings that were joined has the length of both', async () => {
    const one = await realVideo('one.ts', { video: picture(), audio: tone('aac') });
    const facts = await factsOf(Buffer.concat([one, one]));
    expect(Math.abs(facts.durationSeconds - 2 * SECONDS)).toBeLessThan(0.3);
  });

  it('a clock that restarts has its length and frame rate', async () => {
    const late = 2 ** 33 / 90_000 - 1;
    const bytes = await realVideo('wraps.ts', {
      video: picture({}, `,setpts=PTS+${late}/TB`),
      audio: tone('aac', { filters: `,asetpts=PTS+${late}/TB` }),
    });
    const facts = await factsOf(bytes);
    expect(Math.abs(facts.durationSeconds - SECONDS)).toBeLessThan(0.3);
    expect(facts.video[0]?.frameRate).toBeCloseTo(25, 0);
  });

  it('a time that is damaged has the length of the others', async () => {
    const bytes = await realVideo('stray.ts', { video: picture() });
    const packet = packetsOf(bytes).filter(
      (one) => ((one[1] ?? 0) & 0x5f) === 0x41 && one[2] === 0,
    )[20];
    // The highest bits of the presentation time: another hour.
    const time = (packet?.indexOf(Buffer.from([0, 0, 1, 0xe0])) ?? 0) + 9;
    packet?.writeUInt8((packet[time] ?? 0) ^ 0x0a, time);
    const facts = await factsOf(bytes);
    expect(Math.abs(facts.durationSeconds - SECONDS)).toBeLessThan(0.3);
  });
});

describe('A piece of a transport stream without program tables', () => {
  it.each([
    ['H.264 and AAC', 'libx264', 'aac', ['h264', 'aac'], 0],
    ['H.264 and AAC with timecodes', 'libx264', 'aac', ['h264', 'aac'], 1],
    ['MPEG-2 and MP2', 'mpeg2video', 'mp2', ['mpeg2', 'mp2'], 0],
    ['MPEG-4 and MP3', 'mpeg4', 'libmp3lame', ['mpeg4', 'mp3'], 0],
    ['H.265', 'libx265', undefined, ['hevc'], 0],
  ] as const)('has its picture and sound: %s', async (_, encoder, sound, codecs, timecodes) => {
    const options = {
      libx264: H264.options,
      libx265: { preset: 'ultrafast', 'x265-params': 'log-level=0:keyint=25' },
      mpeg2video: { g: 25 },
      mpeg4: { g: 25 },
    }[encoder];
    const bytes = await realVideo('piece.ts', {
      video: picture({ encoder, options }),
      ...(sound && { audio: tone(sound) }),
      formatOptions: { mpegts_m2ts_mode: timecodes },
    });
    const stride = timecodes ? 192 : 188;
    const facts = await factsOf(
      withoutPids(bytes, [...TABLES, 0x100, 31].slice(0, timecodes ? 5 : 3), stride),
    );
    expect([facts.video[0]?.codec, facts.audio[0]?.codec].filter(Boolean)).toEqual(codecs);
    expect(facts.video[0]).toMatchObject({ displayWidth: 320, displayHeight: 180 });
    expect(Math.abs(facts.durationSeconds - SECONDS)).toBeLessThan(0.3);
  });
});
