import { sizeAt } from '../../../../functions/media/ebml.ts';
import { box } from '../../../kit/media/boxes.ts';
import { inspect } from '../../../kit/media/memory-object.ts';
import {
  ANY,
  factsOf,
  H264,
  picture,
  realVideo,
  SECONDS,
  type Sound,
  tone,
} from '../../../kit/media/real-videos.ts';

/** A copy with the box's content changed: bytes from the content's start. */
function changed(bytes: Buffer, type: string, change: (content: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes);
  const at = copy.lastIndexOf(type);
  change(copy.subarray(at + 4, at - 4 + copy.readUInt32BE(at - 4)));
  return copy;
}

describe('A video with', () => {
  it.each([
    ['MPEG-2 and MP2 in a transport stream', 'a.ts', 'mpeg2video', 'mp2', ['mpeg2', 'mp2']],
    ['MPEG-4 and MP3 in an AVI', 'c.avi', 'mpeg4', 'libmp3lame', ['mpeg4', 'mp3']],
    ['MPEG-2 and MP2 in a program stream', 'd.mpg', 'mpeg2video', 'mp2', ['mpeg2', 'mp2']],
    ['H.264 and MP2 in Matroska', 'f.mkv', 'libx264', 'mp2', ['h264', 'mp2']],
    ['H.264 and Opus in a transport stream', 'g.ts', 'libx264', 'libopus', ['h264', 'opus']],
    ['H.264 and AAC in an FLV', 'h.flv', 'libx264', 'aac', ['h264', 'aac']],
    ['Motion JPEG and PCM in a MOV', 'j.mov', 'mjpeg', 'pcm_s16le', ['mjpeg', 'pcm']],
  ])('%s is accepted with its sound and length', async (_, name, encoder, sound, codecs) => {
    const options = encoder === 'libx264' ? H264.options : { g: 25, strict: -2 };
    const facts = await factsOf(
      await realVideo(name, {
        video: picture({ encoder, options }),
        audio: tone(sound as Sound),
      }),
    );
    expect([facts.video[0]?.codec, facts.audio[0]?.codec]).toEqual(codecs);
    expect(facts.video[0]).toMatchObject({ displayWidth: 320, displayHeight: 180 });
    expect(Math.abs(facts.durationSeconds - SECONDS)).toBeLessThan(0.3);
  });

  it.each([
    ['DTS in Matroska', 'dts.mkv', 'dca', 'dts'],
    ['ALAC in a MOV', 'alac.mov', 'alac', 'alac'],
  ] as const)(
    '%s, which MediaConvert does not decode, is rejected',
    async (_, name, sound, codec) => {
      const { inspection } = await inspect(
        await realVideo(name, { video: picture(), audio: tone(sound) }),
        ANY,
      );
      expect(inspection).toMatchObject({
        reason: {
          code: 'audio_codec_not_allowed',
          detail: expect.stringContaining(`Found ${codec};`),
        },
      });
    },
  );

  it('QuickTime Animation in a MOV is accepted', async () => {
    const graph = 'testsrc2=size=320x180:rate=25:duration=1,format=rgb24';
    const video = picture({ graph, encoder: 'qtrle', options: {} });
    expect((await factsOf(await realVideo('rle.mov', { video }))).video[0]?.codec).toBe('qtrle');
  });

  it('DV in a MOV is accepted with its anamorphic pixels', async () => {
    const graph = `testsrc2=size=720x576:rate=25:duration=1,setsar=16/15,format=yuv420p`;
    const video = picture({ graph, encoder: 'dvvideo', options: {} });
    const facts = await factsOf(
      await realVideo('dv.mov', { video, audio: tone('pcm_s16le', { seconds: 1 }) }),
    );
    expect(facts.video[0]).toMatchObject({ codec: 'dv', codedWidth: 720, codedHeight: 576 });
    expect(facts.audio[0]?.codec).toBe('pcm');
    expect(facts.durationSeconds).toBeCloseTo(1, 1);
  });

  it('an index in front of each fragment has the length of all fragments', async () => {
    const bytes = await realVideo('sidx.mp4', {
      video: picture(),
      formatOptions: { movflags: 'frag_keyframe+empty_moov+default_base_moof+dash' },
    });
    expect((await factsOf(bytes)).durationSeconds).toBeCloseTo(SECONDS, 1);
  });

  it('fragments behind a movie box with samples has the length of both', async () => {
    const bytes = await realVideo('samples.mp4', {
      video: picture(),
      formatOptions: { movflags: 'frag_keyframe' },
    });
    expect((await factsOf(bytes)).durationSeconds).toBeCloseTo(SECONDS, 1);
  });

  it('240 frames a second is accepted', async () => {
    const video = picture({ graph: 'testsrc2=size=320x180:rate=240:duration=1,format=yuv420p' });
    expect((await factsOf(await realVideo('slow.mov', { video }))).video[0]?.frameRate).toBeCloseTo(
      240,
      0,
    );
  });

  it('an index and no media is rejected', async () => {
    const bytes = await realVideo('media.mp4', {
      video: picture(),
      formatOptions: { movflags: '+faststart' },
    });
    const cut = bytes.subarray(0, bytes.indexOf('mdat') - 4);
    expect((await inspect(cut, ANY)).code).toBe('media_damaged');
  });

  it.each([
    ['5', 0, 'dolby_vision_not_allowed'],
    ['8.4', 4, 'accepted'],
  ] as const)('Dolby Vision profile %s: %#', async (profile, compatible, code) => {
    const graph = 'testsrc2=size=320x180:rate=25:duration=1,format=yuv420p10le';
    const options = { preset: 'ultrafast', 'x265-params': 'log-level=0' };
    const bytes = await realVideo('vision.mp4', { video: { graph, encoder: 'libx265', options } });
    // Version 1.0, profile and level, base layer and metadata, compatibility: Dolby Vision in ISO media, 3.2.
    const bits = [1, 0, Number.parseInt(profile, 10) << 1, (3 << 3) | 0b101, compatible << 4];
    const entry = bytes.indexOf('hev1', bytes.indexOf('stsd')) - 4;
    const end = entry + bytes.readUInt32BE(entry);
    const added = box('dvcC', Buffer.from([...bits, ...Array(19).fill(0)]));
    const file = Buffer.concat([bytes.subarray(0, end), added, bytes.subarray(end)]);
    for (const type of ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd', 'hev1']) {
      const at = file.indexOf(type, file.indexOf('moov')) - 4;
      file.writeUInt32BE(file.readUInt32BE(at) + added.length, at);
    }
    const result = await inspect(file, ANY);
    expect(result.code).toBe(code);
    if (result.inspection.outcome === 'accepted') {
      expect(result.inspection.media.video[0]?.color?.dolbyVisionProfile).toBe(profile);
    }
  });

  it('an edit list that shows the last seconds has their length', async () => {
    const bytes = await realVideo('trimmed.mp4', { video: picture() });
    const trimmed = changed(bytes, 'elst', (list) => {
      // Of 1,000 units a second, and from the third second of the media on.
      list.writeUInt32BE(1_000, 8);
      list.writeUInt32BE(list.readUInt32BE(12) + 3 * 12_800, 12);
    });
    expect((await factsOf(trimmed)).durationSeconds).toBeCloseTo(1, 1);
  });

  it('an empty edit in front of every track has the length of what follows', async () => {
    const video = picture({}, ',setpts=PTS+10/TB');
    const bytes = await realVideo('late.mp4', { video });
    expect((await factsOf(bytes)).durationSeconds).toBeCloseTo(SECONDS, 1);
  });

  it('an empty edit in front of the picture begins with the sound', async () => {
    const media = { video: picture({}, ',setpts=PTS+3/TB'), audio: tone('aac') };
    const bytes = await realVideo('late-picture.mp4', media);
    expect(Math.abs((await factsOf(bytes)).durationSeconds - SECONDS - 3)).toBeLessThan(0.2);
  });

  it('sound that outlasts the picture in a browser’s recording has the length of the sound', async () => {
    const bytes = await realVideo('recording.webm', {
      video: picture({
        graph: 'testsrc2=size=160x90:rate=10:duration=2,format=yuv420p',
        encoder: 'libvpx',
        options: { deadline: 'realtime', 'cpu-used': 8 },
      }),
      audio: tone('libopus', { seconds: 8 }),
    });
    // Browsers do not write the duration: the element becomes a void one of the same size.
    const at = bytes.indexOf(Buffer.from([0x44, 0x89, 0x88]));
    bytes.set([0xec, 0x89, 0x00], at);
    const facts = await factsOf(bytes);
    expect(Math.abs(facts.durationSeconds - 8)).toBeLessThan(0.3);
    expect(facts.durationSource).toBe('measured');
  });

  it('a colour box that is a byte too short is accepted', async () => {
    const tags = { color_primaries: 'bt709', color_trc: 'bt709', colorspace: 'bt709' };
    const video = picture({ options: { ...H264.options, ...tags } });
    const bytes = await realVideo('short.mp4', { video });
    const at = bytes.indexOf('colrnclx') - 4;
    expect(at).toBeGreaterThan(0);
    // The last byte of the box becomes the first of a box of padding behind it.
    const description = bytes.indexOf('avc1', bytes.indexOf('moov')) - 4;
    const end = description + bytes.readUInt32BE(description);
    const rest = bytes.subarray(at + 19, end);
    const short = Buffer.from(bytes.subarray(at, at + 18));
    short.writeUInt32BE(18);
    const file = Buffer.concat([bytes.subarray(0, at), rest, short, bytes.subarray(end)]);
    for (const type of ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd', 'avc1']) {
      const box = file.indexOf(type, file.indexOf('moov')) - 4;
      file.writeUInt32BE(file.readUInt32BE(box) - 1, box);
    }
    expect((await factsOf(file)).video[0]).toMatchObject({ displayWidth: 320 });
  });

  it('a track of sound without samples has no sound', async () => {
    const bytes = await realVideo('silent.mp4', { video: picture(), audio: tone('aac') });
    // The last table of sizes is that of the sound.
    const silent = changed(bytes, 'stsz', (table) => table.writeUInt32BE(0, 8));
    const facts = await factsOf(silent);
    expect(facts).toMatchObject({ audio: [], otherTracks: 1 });
    expect(facts.durationSeconds).toBeCloseTo(SECONDS, 1);
  });

  it('a track of sound that does not say how it is encoded has no sound', async () => {
    const bytes = await realVideo('undescribed.mp4', { video: picture(), audio: tone('aac') });
    bytes.write('free', bytes.lastIndexOf('stsd'));
    expect(await factsOf(bytes)).toMatchObject({ audio: [], otherTracks: 1 });
  });

  it('a track of pictures that does not say how it is encoded is rejected', async () => {
    const bytes = await realVideo('undescribed.mp4', { video: picture() });
    bytes.write('free', bytes.lastIndexOf('stsd'));
    expect((await inspect(bytes, ANY)).code).toBe('media_damaged');
  });

  it.each([
    [16, 'accepted'],
    [17, 'media_damaged'],
  ])('media that end %i bytes behind the file: %s', async (excess, code) => {
    const formatOptions = { movflags: '+faststart' };
    const bytes = await realVideo('excess.mp4', { video: picture(), formatOptions });
    const at = bytes.lastIndexOf('mdat') - 4;
    bytes.writeUInt32BE(bytes.readUInt32BE(at) + excess, at);
    expect((await inspect(bytes, ANY)).code).toBe(code);
  });

  it('pictures that lie behind the end of the file is rejected', async () => {
    const formatOptions = { movflags: '+faststart' };
    const bytes = await realVideo('lost.mp4', {
      video: picture(),
      audio: tone('aac'),
      formatOptions,
    });
    const at = bytes.lastIndexOf('mdat') - 4;
    const half = bytes.subarray(0, at + Math.floor((bytes.length - at) / 2));
    half.writeUInt32BE(half.length - at, at);
    expect((await inspect(half, ANY)).code).toBe('media_damaged');
  });

  it('a duration in the header that fragments contradict has their length', async () => {
    const bytes = await realVideo('header.mp4', {
      video: picture(),
      formatOptions: { movflags: 'frag_keyframe+empty_moov+default_base_moof' },
    });
    const movie = bytes.indexOf('mvex') - 4;
    const header = Buffer.from([0, 0, 0, 16, ...Buffer.from('mehd'), 0, 0, 0, 0, 1, 0, 0, 0]);
    const file = Buffer.concat([bytes.subarray(0, movie + 8), header, bytes.subarray(movie + 8)]);
    for (const at of [bytes.indexOf('moov') - 4, movie]) {
      file.writeUInt32BE(file.readUInt32BE(at) + header.length, at);
    }
    expect((await factsOf(file)).durationSeconds).toBeCloseTo(SECONDS, 1);
  });

  it('fragments that do not say when they begin has the length of all', async () => {
    const bytes = await realVideo('untimed.mp4', {
      video: picture(),
      formatOptions: { movflags: 'empty_moov+default_base_moof', frag_duration: 1_000_000 },
    });
    for (let at = bytes.indexOf('tfdt'); at >= 0; at = bytes.indexOf('tfdt')) {
      bytes.write('free', at);
    }
    expect((await factsOf(bytes)).durationSeconds).toBeCloseTo(SECONDS, 1);
  });

  it('a table of chunks that does not begin with the first is rejected', async () => {
    const bytes = await realVideo('chunks.mp4', { video: picture() });
    const wrong = changed(bytes, 'stsc', (table) => table.writeUInt32BE(2, 8));
    expect((await inspect(wrong, ANY)).code).toBe('media_damaged');
  });

  it('an index of an AVI that describes more bytes than there are is rejected', async () => {
    const bytes = await realVideo('lost.avi', {
      video: picture({ encoder: 'mpeg4', options: { g: 25 } }),
      audio: tone('pcm_s16le'),
    });
    expect((await inspect(bytes.subarray(0, 8_192), ANY)).code).toBe('media_damaged');
  });

  it('its tracks described behind the media in Matroska is accepted', async () => {
    const bytes = await realVideo('behind.mkv', { video: picture(), audio: tone('aac') });
    const file = withTracksBehind(bytes);
    const facts = await factsOf(file);
    expect(facts).toMatchObject({ video: [{ displayWidth: 320 }], audio: [{ codec: 'aac' }] });
    expect(Math.abs(facts.durationSeconds - SECONDS)).toBeLessThan(0.1);
  });
});

/** Moves the description of the tracks to the end of the segment, and replaces the seek head by one that lists it. */
function withTracksBehind(bytes: Buffer): Buffer {
  const id = Buffer.from([0x16, 0x54, 0xae, 0x6b]);
  const segment = bytes.indexOf(Buffer.from([0x18, 0x53, 0x80, 0x67])) + 12;
  const info = bytes.indexOf(Buffer.from([0x15, 0x49, 0xa9, 0x66]), segment + 60);
  const at = bytes.indexOf(id, info);
  const size = sizeAt(bytes, at + 4);
  const end = (size?.next ?? 0) + (size?.value ?? 0);
  const position = Buffer.alloc(4);
  position.writeUInt32BE(bytes.length - segment);
  const seek = [0x53, 0xab, 0x84, ...id, 0x53, 0xac, 0x84, ...position];
  const head = [0x11, 0x4d, 0x9b, 0x74, 0x91, 0x4d, 0xbb, 0x80 | seek.length, ...seek];
  const file = Buffer.concat([bytes, bytes.subarray(at, end)]);
  file.set(head, segment);
  pad(file, segment + head.length, info);
  pad(file, at, end);
  const length = BigInt(file.length - segment) | 0x0100_0000_0000_0000n;
  file.writeBigUInt64BE(length, segment - 8);
  return file;
}

/** A void element: RFC 8794, 11.3.2. */
function pad(file: Buffer, from: number, to: number): void {
  file.writeUInt8(0xec, from);
  file.writeBigUInt64BE(BigInt(to - from - 9) | 0x0100_0000_0000_0000n, from + 1);
}
