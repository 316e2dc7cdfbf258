import fc from 'fast-check';
import { isTerminal, type Status, statuses } from '../../../../core/contract/lifecycle.ts';
import { uploadSchema } from '../../../../core/contract/upload.ts';
import { presentUpload } from '../../../../core/uploads/present-upload.ts';
import { statusShard, type UploadItem, uploadItemKey } from '../../../../core/uploads/records.ts';
import { facts } from '../media/media-facts.ts';

const UPLOAD = '019b7c2e-5a3e-7000-8000-0123456789ab';
const AT = '2026-01-02T03:04:05.678Z';

function item(status: Status, more: object = {}): UploadItem {
  const way = {
    waiting: [],
    uploaded: [],
    validating: ['uploaded'],
    in_review: ['validating'],
  } as const;
  const before: readonly Status[] = [
    'waiting',
    ...(way[status as keyof typeof way] ?? ['transcoding']),
  ];
  return {
    ...uploadItemKey(UPLOAD),
    uploadId: UPLOAD,
    owner: 'YXV0aDB8MTc',
    subject: 'auth0|17',
    status,
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

describe('An upload as the API shows it', () => {
  it.each(statuses)('satisfies the contract when %s', (status) => {
    const shown = presentUpload(item(status, { media: JSON.stringify(facts()), playback }));
    expect(uploadSchema.parse(shown)).toEqual(shown);
  });

  it('shows nothing of storage, subject, execution or job', () => {
    const execution = 'arn:aws:states:us-east-1:000000000000:execution:x:y';
    const shown = JSON.stringify(presentUpload(item('transcoding', { execution, jobId: 'job-1' })));
    expect(shown).not.toMatch(/s3-secret|auth0|YXV0aDB8MTc|arn:|job-1|shard|"pk"|"quota"/);
  });

  it('takes the reason’s sentences from the catalogue', () => {
    const reason = { code: 'audio_only', detail: 'One AAC track.' };
    expect(presentUpload(item('rejected', { reason })).reason).toEqual({
      code: 'audio_only',
      sentence: 'The file contains audio but no video.',
      next: 'Choose another file.',
      retryable: false,
      detail: 'One AAC track.',
    });
  });

  it('has sentences even for a code that a later version has written', () => {
    const shown = presentUpload(item('failed', { reason: { code: 'from_the_future' } }));
    expect(shown.reason).toMatchObject({ code: 'from_the_future', retryable: true });
    expect(shown.reason?.sentence).not.toBe('');
  });

  it('tells from where each change came', () => {
    const timeline = presentUpload(item('validating')).timeline;
    expect(timeline.map(({ from, to }) => [from, to])).toEqual([
      [undefined, 'waiting'],
      ['waiting', 'uploaded'],
      ['uploaded', 'validating'],
    ]);
  });

  it('says how the file comes, and what a waiting upload needs next', () => {
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

  it('plays only what is ready, and expires only what is waiting', () => {
    for (const status of statuses) {
      const shown = presentUpload(item(status, { playback }));
      expect('playback' in shown).toBe(status === 'ready');
      expect('deadline' in shown).toBe(status === 'waiting');
    }
  });

  it('counts received bytes while it waits, and MediaConvert’s percentage after', () => {
    const percent = (status: Status, known = {}, more = {}) =>
      presentUpload(item(status, more), known).progress.percent;
    expect(percent('waiting')).toBe(0);
    expect(percent('waiting', { receivedBytes: 500 })).toBe(25);
    expect(percent('waiting', { receivedBytes: 1_000 })).toBe(50);
    expect(percent('uploaded')).toBe(50);
    expect(percent('transcoding')).toBe(55);
    expect(percent('transcoding', {}, { transcodePercent: 50 })).toBe(77);
    expect(percent('ready')).toBe(100);
  });

  it('never shows 100 percent before it is ready, whatever the others say', () => {
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

  it('stays where it was when it ends otherwise', () => {
    expect(presentUpload(item('failed')).progress.percent).toBe(55);
    expect(presentUpload(item('failed', { transcodePercent: 80 })).progress.percent).toBe(91);
    const unconverted = item('cancelled', { timeline: [{ at: AT, to: 'waiting', by: 'owner' }] });
    expect(presentUpload(unconverted).progress.percent).toBe(0);
  });
});
