import fc from 'fast-check';
import { isTerminal, type Status, statuses } from '../../../../core/contract/lifecycle.ts';
import { uploadSchema } from '../../../../core/contract/upload.ts';
import { presentUpload } from '../../../../core/uploads/present-upload.ts';
import { statusShard, type UploadItem, uploadItemKey } from '../../../../core/uploads/records.ts';
import { facts } from '../media/media-facts.ts';

const UPLOAD = '019b7c2e-5a3e-7000-8000-0123456789ab';
const AT = '2026-01-02T03:04:05.678Z';

function item(status: Status, more: object = {}): UploadItem {
  const previous = {
    waiting: [],
    uploaded: [],
    validating: ['uploaded'],
    in_review: ['validating'],
  } as const;
  const before: readonly Status[] = [
    'waiting',
    ...(previous[status as keyof typeof previous] ?? ['transcoding']),
  ];
  return {
    ...uploadItemKey(UPLOAD),
    uploadId: UPLOAD,
    owner: 'YXV0aDB8MTc',
    subject: 'auth0|17',
    status,
    sequence: 0,
    attempt: 1,
    statusShard: statusShard(status, 'b'),
    shard: 'b',
    fileName: 'a/holiday.mp4',
    contentType: 'video/mp4',
    size: 1_000,
    objectKey: `uploads/YXV0aDB8MTc/${UPLOAD}/source`,
    s3UploadId: 's3-secret',
    partSize: 8_388_608,
    partCount: 1,
    metadata: { title: 'Sea' },
    createdAt: AT,
    updatedAt: AT,
    deadline: '2026-01-04T03:04:05.678Z',
    quota: 'reserved',
    visibility: 'private',
    captionRevision: 0,
    timeline: [...new Set([...before, status])].map((to) => ({ at: AT, to, by: 'owner' })),
    ...more,
  } as UploadItem;
}

const playback = {
  hls: 'videos/x/index.m3u8',
  dash: 'videos/x/index.mpd',
  poster: 'videos/x/poster.0000000.jpg',
  storyboard: [],
  durationSeconds: 60,
  renditions: [{ width: 1920, height: 1080, bandwidth: 8_500_000 }],
};

describe('The representation of an upload in the API', () => {
  it('says that it waits for a slot, and for about how long, only while it is transcoding', () => {
    const waiting = { queueKey: '1#a', slotToken: 'token', slotAttempt: 'one' };
    const queue = (status: Status, known = {}) =>
      presentUpload(item(status, waiting), known).progress.queue;
    expect(queue('transcoding')).toEqual({ waiting: true });
    expect(queue('transcoding', { waitSeconds: 90 })).toEqual({
      waiting: true,
      estimatedSeconds: 90,
    });
    expect(queue('cancelled', { waitSeconds: 90 })).toBeUndefined();
    const shown = JSON.stringify(presentUpload(item('transcoding', waiting)));
    expect(shown).not.toMatch(/token|1#a/);
  });

  it.each(statuses)('satisfies the contract when %s', (status) => {
    const shown = presentUpload(item(status, { media: JSON.stringify(facts()), playback }));
    expect(uploadSchema.parse(shown)).toEqual(shown);
  });

  it('contains nothing about storage, subject, execution or job', () => {
    const execution = 'arn:aws:states:us-east-1:000000000000:execution:x:y';
    const shown = JSON.stringify(presentUpload(item('transcoding', { execution, jobId: 'job-1' })));
    expect(shown).not.toMatch(/s3-secret|auth0|YXV0aDB8MTc|arn:|job-1|shard|"pk"|"quota"/);
  });

  it('has the declared file, with a name that is safe to display', () => {
    const shown = presentUpload(item('waiting', { checksum: 'rosUhgp5mIE=' }));
    expect(shown).toMatchObject({
      id: UPLOAD,
      fileName: 'a/holiday.mp4',
      displayName: 'holiday.mp4',
      contentType: 'video/mp4',
      size: 1_000,
      checksum: 'rosUhgp5mIE=',
      metadata: { title: 'Sea' },
      parts: { size: 8_388_608, count: 1 },
      deadline: '2026-01-04T03:04:05.678Z',
    });
    expect(presentUpload(item('waiting'))).not.toHaveProperty('checksum');
  });

  it('has the received bytes only if they are known', () => {
    const { progress } = presentUpload(item('waiting'), { receivedBytes: 500 });
    expect(progress).toEqual({ percent: 25, receivedBytes: 500 });
    expect(presentUpload(item('waiting')).progress).toEqual({ percent: 0 });
  });

  it('has the media facts and the keys of the outputs', () => {
    const media = facts();
    expect(presentUpload(item('ready', { media: JSON.stringify(media), playback }))).toMatchObject({
      media,
      playback: { durationSeconds: 60, renditions: playback.renditions },
    });
    expect(presentUpload(item('ready'))).not.toHaveProperty('media');
    expect(presentUpload(item('ready'))).not.toHaveProperty('playback');
  });

  it('has a reason without detail if none is stored', () => {
    expect(
      presentUpload(item('failed', { reason: { code: 'audio_only' } })).reason,
    ).not.toHaveProperty('detail');
    expect(presentUpload(item('waiting'))).not.toHaveProperty('reason');
  });

  it('has the sentences of the reason from the catalogue', () => {
    const reason = { code: 'audio_only', detail: 'One AAC track.' };
    expect(presentUpload(item('rejected', { reason })).reason).toEqual({
      code: 'audio_only',
      sentence: 'The file contains audio but no video.',
      next: 'Choose another file.',
      retryable: false,
      detail: 'One AAC track.',
    });
  });

  it('has sentences for a reason code that only a later version knows', () => {
    const shown = presentUpload(item('failed', { reason: { code: 'from_the_future' } }));
    expect(shown.reason).toMatchObject({ code: 'from_the_future', retryable: true });
    expect(shown.reason?.sentence).not.toBe('');
  });

  it('has the previous status in each entry of the timeline', () => {
    const timeline = presentUpload(item('validating')).timeline;
    expect(timeline.map(({ from, to }) => [from, to])).toEqual([
      [undefined, 'waiting'],
      ['waiting', 'uploaded'],
      ['uploaded', 'validating'],
    ]);
  });

  it('has the method, and what a waiting upload needs next', () => {
    const awaits = (more: Partial<UploadItem>, receivedBytes?: number) =>
      presentUpload(item('waiting', more), receivedBytes === undefined ? {} : { receivedBytes })
        .awaits;
    expect([awaits({}), awaits({}, 999), awaits({}, 1_000)]).toEqual([
      undefined,
      'parts',
      'completion',
    ]);
    expect([awaits({ method: 'put' }), awaits({ method: 'post' })]).toEqual(['file', 'file']);
    expect(presentUpload(item('ready', { method: 'put' }))).toMatchObject({ method: 'put' });
    expect(presentUpload(item('ready', { method: 'put' })).awaits).toBeUndefined();
    expect(presentUpload(item('ready')).method).toBe('multipart');
  });

  it('has playback only if it is or was ready, without keys, and a deadline only if it is waiting', () => {
    for (const status of statuses) {
      const shown = presentUpload(item(status, { playback }));
      expect('playback' in shown).toBe(status === 'ready' || status === 'removed');
      expect(JSON.stringify(shown)).not.toContain('videos/');
      expect('deadline' in shown).toBe(status === 'waiting');
    }
  });

  it('has the progress of the received bytes first, and then of the MediaConvert job', () => {
    const percent = (status: Status, known = {}, more = {}) =>
      presentUpload(item(status, more), known).progress.percent;
    expect(percent('waiting')).toBe(0);
    expect(percent('waiting', { receivedBytes: 500 })).toBe(25);
    expect(percent('waiting', { receivedBytes: 1_000 })).toBe(50);
    expect(percent('uploaded')).toBe(50);
    expect(percent('validating')).toBe(52);
    expect(percent('in_review')).toBe(55);
    expect(percent('transcoding')).toBe(55);
    expect(percent('transcoding', {}, { transcodePercent: 50 })).toBe(77);
    expect(percent('ready')).toBe(100);
  });

  it('has less than 100 percent until it is ready, for any received bytes and any job progress', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...statuses.filter((status) => !isTerminal(status))),
        fc.double({ noNaN: true }),
        fc.double({ noNaN: true }),
        (status, receivedBytes, transcodePercent) => {
          const { progress } = presentUpload(item(status, { transcodePercent }), { receivedBytes });
          expect(progress.percent).toBeGreaterThanOrEqual(0);
          expect(progress.percent).toBeLessThan(100);
        },
      ),
    );
  });

  it('keeps its progress if it ends with another status than ready', () => {
    expect(presentUpload(item('failed')).progress.percent).toBe(55);
    const passed = (...statuses: Status[]) =>
      statuses.map((to) => ({ at: 'a', to, by: 'workflow' }));
    const percent = (status: Status, ...before: Status[]) =>
      presentUpload(item(status, { attempt: 2, timeline: passed(...before, status) })).progress
        .percent;
    // A retry begins again at the progress of its step.
    expect(percent('validating', 'waiting', 'transcoding', 'failed')).toBe(52);
    expect(percent('failed', 'waiting', 'transcoding', 'failed', 'validating')).toBe(52);
    expect(percent('cancelled', 'waiting', 'transcoding', 'failed')).toBe(55);
    expect(presentUpload(item('failed', { transcodePercent: 80 })).progress.percent).toBe(91);
    const unconverted = item('cancelled', { timeline: [{ at: AT, to: 'waiting', by: 'owner' }] });
    expect(presentUpload(unconverted).progress.percent).toBe(0);
  });
});
