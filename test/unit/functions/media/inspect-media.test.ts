import { defaultUploadPolicy } from '../../../../core/uploads/upload-policy.ts';
import { inspectMedia } from '../../../../functions/media/inspect-media.ts';
import { viewOf } from '../../../../functions/media/isobmff-timing.ts';
import { rangedReader } from '../../../../functions/media/ranged-reader.ts';
import { box } from '../../../kit/media/boxes.ts';
import { BUDGET, inspect } from '../../../kit/media/memory-object.ts';
import { formats, type Sample, sampleFile } from '../../../kit/media/sample-files.ts';

const TYPES = {
  mp4: 'video/mp4',
  mp4IndexFirst: 'video/mp4',
  mp4Fragmented: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  webmLive: 'video/webm',
  mkv: 'video/x-matroska',
  mpegts: 'video/mp2t',
} as const;

type Kind = keyof typeof formats;
const kinds = Object.keys(formats) as Kind[];

const sample = (kind: Kind, more: Partial<Sample> = {}) =>
  sampleFile({
    format: formats[kind](),
    seconds: 4,
    codec: kind.startsWith('webm') ? 'vp9' : 'avc',
    ...more,
  });

/** The first position of `text` in the bytes. */
const find = (bytes: Uint8Array, text: string) => Buffer.from(bytes).indexOf(text, 0, 'latin1');

/** A copy with `text` written at `at`. */
function patched(bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

/** A minute in fragments, without the index at its end. */
async function fragmented(): Promise<{ media: Buffer; lastFragment: number }> {
  const bytes = Buffer.from(await sample('mp4Fragmented', { seconds: 60, pictureBytes: 8_000 }));
  const media = bytes.subarray(0, bytes.length - bytes.readUInt32BE(bytes.length - 4));
  return { media, lastFragment: media.lastIndexOf('moof') - 4 };
}

/** One entry of a random access index (ISO/IEC 14496-12, 8.8.10): version 1, numbers of one byte. */
function entry(fragment: number): Buffer {
  const bytes = Buffer.alloc(19, 1);
  bytes.writeBigUInt64BE(BigInt(fragment), 8);
  return bytes;
}

/** The file with such an index at its end; `tracks` holds the entries of each. */
function withIndex(media: Buffer, tracks: readonly Buffer[]): Buffer {
  const tables = tracks.map((entries, index) => {
    const head = Buffer.alloc(16);
    head.writeUInt8(1);
    head.writeUInt32BE(index + 1, 4);
    head.writeUInt32BE(Math.ceil(entries.length / 19), 12);
    return box('tfra', head, entries);
  });
  const length = Buffer.alloc(8);
  length.writeUInt32BE(Buffer.concat(tables).length + 24, 4);
  return Buffer.concat([media, box('mfra', ...tables, box('mfro', length))]);
}

describe('A valid video', () => {
  it.each(kinds)('as %s is accepted with its duration and frame rate', async (kind) => {
    const { inspection } = await inspect(await sample(kind), TYPES[kind]);
    if (inspection.outcome === 'rejected') throw new Error(JSON.stringify(inspection.reason));
    const { media } = inspection;
    expect(media.container).toBe(kind.replace(/Live|IndexFirst|Fragmented/, ''));
    expect(media.durationSeconds).toBeCloseTo(4, 1);
    expect(media.video).toHaveLength(1);
    expect(media.video[0]?.frameRate).toBeCloseTo(25, 1);
    expect(media.video[0]?.codec).toBe(kind.startsWith('webm') ? 'vp9' : 'h264');
    expect(media.audio).toEqual([]);
  });

  it.each(kinds)('of 30 MB as %s costs few reads and little of its bytes', async (kind) => {
    const bytes = await sample(kind, { seconds: 60, pictureBytes: 20_000 });
    const { code, cost } = await inspect(bytes, TYPES[kind]);
    expect(code).toBe('accepted');
    // The clock of a transport stream is checked at some positions.
    expect(cost.reads).toBeLessThanOrEqual(kind === 'mpegts' ? 14 : 8);
    expect(cost.bytes).toBeLessThan(bytes.length / (kind === 'mpegts' ? 4 : 8));
  });

  it.each(['mp4', 'mov', 'mkv'] as const)(
    'with sound as %s has its audio track reported',
    async (kind) => {
      const { inspection } = await inspect(await sample(kind, { sound: true }), TYPES[kind]);
      expect(inspection).toMatchObject({
        media: { audio: [{ codec: 'aac', channels: 2, sampleRate: 48_000 }] },
      });
    },
  );

  it('that was filmed upright is reported as it is shown', async () => {
    const bytes = await sample('mp4', { track: { rotation: 90 } });
    expect((await inspect(bytes)).inspection).toMatchObject({
      media: {
        video: [
          {
            codedWidth: 640,
            codedHeight: 360,
            displayWidth: 360,
            displayHeight: 640,
            rotation: 90,
          },
        ],
      },
    });
  });

  it.each(['mp4', 'mp4IndexFirst'] as const)(
    'of 20 minutes as %s takes two reads: its head, and its whole movie box',
    async (kind) => {
      const bytes = await sample(kind, { seconds: 1_200, pictureBytes: 60 });
      const { code, cost } = await inspect(bytes);
      expect({ code, reads: cost.reads }).toEqual({ code: 'accepted', reads: 2 });
    },
  );

  it.each([8, 900])(
    'with %i bytes of padding behind its movie box takes no third read',
    async (bytes) => {
      const whole = await sample('mp4IndexFirst', { seconds: 1_200, pictureBytes: 60 });
      const movie = find(whole, 'moov') - 4;
      const behind = movie + viewOf(whole).getUint32(movie);
      const padding = box('free', Buffer.alloc(bytes - 8));
      const padded = Buffer.concat([whole.subarray(0, behind), padding, whole.subarray(behind)]);
      const { code, cost } = await inspect(padded);
      expect({ code, reads: cost.reads }).toEqual({ code: 'accepted', reads: 2 });
    },
  );

  it('in long fragments is measured by the index at its end, without a search', async () => {
    const bytes = await sample('mp4Fragmented', { seconds: 60, pictureBytes: 40_000 });
    const indexed = Buffer.from(bytes).lastIndexOf('mfro') === bytes.length - 12;
    const { code, cost, inspection } = await inspect(bytes);
    expect(inspection).toMatchObject({ media: { durationSeconds: expect.closeTo(60, 0) } });
    expect({ code, indexed }).toEqual({ code: 'accepted', indexed: true });
    expect(cost.bytes).toBeLessThan(500_000);
  });

  it('in 14,000 fragments is measured by an index that is longer than the first range that is read', async () => {
    const { media, lastFragment } = await fragmented();
    const entries = Buffer.concat(Array.from({ length: 14_000 }, () => entry(lastFragment)));
    const { code, cost, inspection } = await inspect(withIndex(media, [entries, entries]));
    expect({ code, reads: cost.reads }).toEqual({ code: 'accepted', reads: 4 });
    expect(inspection).toMatchObject({ media: { durationSeconds: expect.closeTo(60, 0) } });
    expect(cost.bytes).toBeLessThan(2 ** 20);
  });

  it('in fragments is measured without a damaged index', async () => {
    const { media, lastFragment } = await fragmented();
    const tooShort = entry(lastFragment).subarray(0, 5);
    const noFragment = entry(lastFragment + 100);
    for (const entries of [tooShort, noFragment]) {
      const { code, inspection } = await inspect(withIndex(media, [entries]));
      expect(code).toBe('accepted');
      expect(inspection).toMatchObject({ media: { durationSeconds: expect.closeTo(60, 0) } });
    }
  });

  it('with half a million samples is measured without reading their tables', async () => {
    const bytes = await sample('mp4', { seconds: 5_000, frameRate: 60, pictureBytes: 40 });
    const { code, cost, inspection } = await inspect(bytes);
    expect(code).toBe('accepted');
    expect(inspection).toMatchObject({ media: { durationSeconds: 5_000 } });
    expect(cost.bytes).toBeLessThan(600_000);
  });
});

describe('A damaged or unsupported file', () => {
  it.each(['mp4', 'mp4IndexFirst', 'mov', 'webm', 'mkv'] as const)(
    'that is a %s cut off is rejected as damaged',
    async (kind) => {
      const bytes = await sample(kind, { pictureBytes: 2_000 });
      for (const part of [0.3, 0.6, 0.95]) {
        const cut = bytes.slice(0, Math.floor(bytes.length * part));
        expect((await inspect(cut, TYPES[kind])).code).toBe('media_damaged');
      }
    },
  );

  it('without a description of how a track is encoded is rejected as damaged', async () => {
    const bytes = await sample('mp4');
    const hidden = patched(bytes, find(bytes, 'stsd'), [...Buffer.from('free')]);
    expect((await inspect(hidden)).code).toBe('media_damaged');
  });

  it('with an encrypted track is rejected as protected', async () => {
    const bytes = await sample('mp4');
    const entry = find(bytes, 'avc1');
    const stsd = find(bytes, 'stsd');
    const at = entry > stsd ? entry : Buffer.from(bytes).indexOf('avc1', stsd);
    expect((await inspect(patched(bytes, at, [...Buffer.from('encv')]))).code).toBe(
      'media_encrypted',
    );
  });

  it('whose media are in another file is rejected', async () => {
    const bytes = await sample('mp4');
    const outside = patched(bytes, find(bytes, 'url ') + 4, [0, 0, 0, 0]);
    const { code, inspection } = await inspect(outside);
    expect(code).toBe('media_damaged');
    expect(inspection).toMatchObject({ reason: { detail: expect.stringContaining('outside') } });
  });

  it('with sound only is rejected as audio only', async () => {
    const bytes = await sample('mp4', { sound: true });
    const at = find(bytes, 'vide');
    expect((await inspect(patched(bytes, at, [...Buffer.from('meta')]))).code).toBe('audio_only');
  });

  it.each([
    ['nothing', new Uint8Array(), 'empty_file'],
    ['a text', Buffer.from('Not a video at all. '.repeat(50)), 'not_a_video'],
    ['a page', Buffer.from('<!doctype html><title>x</title>'), 'not_a_video'],
    ['a playlist', Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'), 'playlist_not_video'],
  ])('that is %s is rejected', async (_, bytes, code) => {
    expect((await inspect(bytes)).code).toBe(code);
  });

  it('that does not have the declared type or size is rejected', async () => {
    const bytes = await sample('webm');
    expect((await inspect(bytes, 'video/mp4')).code).toBe('type_mismatch');
    const reader = rangedReader(
      bytes.length,
      async (a, b) => bytes.slice(a, b),
      BUDGET,
      () => 0,
    );
    const declared = { contentType: 'video/webm', size: bytes.length + 1 };
    expect(await inspectMedia(reader, declared, defaultUploadPolicy)).toMatchObject({
      reason: { code: 'size_mismatch' },
    });
    expect(reader.cost().reads).toBe(0);
  });

  it('that needs too many reads is rejected as too complex', async () => {
    const bytes = await sample('mp4', { seconds: 60, pictureBytes: 20_000 });
    const { code } = await inspect(bytes, 'video/mp4', { ...BUDGET, reads: 1 });
    expect(code).toBe('media_too_complex');
  });
});

describe('An error of the storage', () => {
  it('passes to the caller', async () => {
    const bytes = await sample('mp4');
    const gone = new Error('The object is no longer the one that was announced.');
    const reader = rangedReader(
      bytes.length,
      () => Promise.reject(gone),
      BUDGET,
      () => 0,
    );
    const declared = { contentType: 'video/mp4', size: bytes.length };
    await expect(inspectMedia(reader, declared, defaultUploadPolicy)).rejects.toBe(gone);
  });

  it('while the tracks are read passes to the caller too', async () => {
    const bytes = await sample('mpegts', { seconds: 60, pictureBytes: 20_000 });
    const fault = new Error('SlowDown');
    let reads = 0;
    const fetchRange = async (start: number, end: number) => {
      reads += 1;
      if (reads > 1) throw fault;
      return bytes.slice(start, end);
    };
    const reader = rangedReader(bytes.length, fetchRange, BUDGET, () => 0);
    const declared = { contentType: 'video/mp2t', size: bytes.length };
    await expect(inspectMedia(reader, declared, defaultUploadPolicy)).rejects.toBe(fault);
  });

  // The state machine matches the name; no file is rejected because S3 or the machine is slow.
  it.each(kinds)('that only responds too late is tried again, and no verdict: %s', async (kind) => {
    const bytes = await sample(kind, { seconds: 60, pictureBytes: 20_000 });
    let now = 0;
    const fetchRange = async (start: number, end: number) => {
      now += BUDGET.ms + 1;
      return bytes.slice(start, end);
    };
    const reader = rangedReader(bytes.length, fetchRange, BUDGET, () => now);
    const declared = { contentType: TYPES[kind], size: bytes.length };
    const result = await inspectMedia(reader, declared, defaultUploadPolicy).then(
      ({ outcome }) => outcome,
      ({ name }: Error) => name,
    );
    // One read was enough.
    expect(result).toBe(kind === 'mp4IndexFirst' ? 'accepted' : 'TransientError');
  });
});
