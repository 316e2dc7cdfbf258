import { outputMinutes } from '../../../../core/playback/output-minutes.ts';
import { expectedOutputs } from '../../../../core/playback/playback.ts';
import { RECONCILER_FAULTS } from '../../../../core/reconciliation/reconcile.ts';
import { TransientError } from '../../../../core/transient-error.ts';
import { mediaOf } from '../../../../core/uploads/parse-records.ts';
import { createHandler as createAcceptForm } from '../../../../functions/accept-form.ts';
import { createHandler as createAdmitUpload } from '../../../../functions/admit-upload.ts';
import { createHandler as createInspectMedia } from '../../../../functions/inspect-media.ts';
import { createHandler as createPublishVideo } from '../../../../functions/publish-video.ts';
import { createHandler as createReconcileUploads } from '../../../../functions/reconcile-uploads.ts';
import { createHandler as createRecordJob } from '../../../../functions/record-job.ts';
import { createHandler as createReleaseSlot } from '../../../../functions/release-slot.ts';
import {
  EXECUTION,
  minutesAgo,
  OWNER,
  UPLOAD_ID,
  uploadIn,
} from '../../../kit/ports/upload-fixture.ts';
import { context, handlerWorld } from './invoke.ts';

describe('accept-form', () => {
  const event = (object: object = {}, bucket = 'sources') => ({
    detail: {
      bucket: { name: bucket },
      object: {
        key: `forms/${OWNER}/${UPLOAD_ID}/source`,
        size: 12_000_000,
        'version-id': 'f1',
        ...object,
      },
    },
  });

  it('accepts the file of S3’s event', async () => {
    const { ports, table, storage, runtime } = handlerWorld();
    table.add(uploadIn('waiting', { method: 'post' }));
    storage.staged.set(event().detail.object.key, {
      size: 12_000_000,
      etag: '"e"',
      versionId: 'f1',
    });
    const handler = createAcceptForm(ports, runtime);
    expect(await handler(event(), context)).toEqual({ outcome: 'accepted' });
    expect(await handler(event(), context)).toEqual({ outcome: 'not_awaited' });
  });

  it.each([
    ['another bucket', event({}, 'other')],
    ['no version', event({ 'version-id': '' })],
    ['a negative size', event({ size: -1 })],
    ['no object', {}],
  ])('refuses an event with %s', async (_, wrong) => {
    const { ports, runtime, calls } = handlerWorld();
    await expect(createAcceptForm(ports, runtime)(wrong, context)).rejects.toMatchObject({
      name: 'StepInputInvalid',
    });
    expect(calls.made).toEqual([]);
  });
});

describe('record-job', () => {
  it('records progress and ignores other events', async () => {
    const { ports, table, runtime } = handlerWorld();
    table.add(uploadIn('transcoding'));
    const handler = createRecordJob(ports, runtime);
    const event = {
      source: 'aws.mediaconvert',
      detail: {
        status: 'PROGRESSING',
        jobId: 'job-1',
        userMetadata: { uploadId: UPLOAD_ID },
      },
    };
    expect(await handler(event, context)).toEqual({ outcome: 'recorded' });
    expect(await handler({}, context)).toEqual({ outcome: 'ignored' });
    expect(table.items.get(UPLOAD_ID)).toMatchObject({ jobId: 'job-1', updatedAt: minutesAgo(0) });
  });
});

describe('inspect-media', () => {
  it('returns the outcome with its cost', async () => {
    const { ports, runtime } = handlerWorld();
    const inspection = { outcome: 'rejected', reason: { code: 'not_a_video' } } as const;
    const inspector = { inspect: async () => ({ inspection, counters: { reads: 1 } }) };
    const handler = createInspectMedia({ ...ports, inspector }, runtime);
    const input = {
      uploadId: UPLOAD_ID,
      bucket: 'b',
      key: 'k',
      etag: 'e',
      size: 1,
      declared: { contentType: 'video/mp4', size: 1 },
    };
    expect(await handler(input, context)).toEqual({ ...inspection, counters: { reads: 1 } });
    await expect(handler({ ...input, size: -1 }, context)).rejects.toMatchObject({
      name: 'StepInputInvalid',
    });
  });
});

describe('publish-video', () => {
  const input = { uploadId: UPLOAD_ID, execution: EXECUTION, jobId: 'job-1' };

  it('returns the playback and the number of the announcement', async () => {
    const { ports, table, runtime, measured } = handlerWorld();
    const { playback } = table.add(uploadIn('ready'));
    expect(await createPublishVideo(ports, runtime)(input, context)).toEqual({
      playback,
      sequence: 1,
    });
    expect(measured).toMatchObject({
      OutputMinutes: outputMinutes(
        playback?.durationSeconds ?? Number.NaN,
        playback?.renditions.length ?? Number.NaN,
      ),
    });
  });

  it.each([
    ['NotClaimed', { execution: 'other' }, undefined],
    ['SourceMissing', {}, undefined],
    ['SourceChanged', {}, { size: 1, etag: '"e"', versionId: 'v1' }],
    ['OutputsMissing', {}, { size: 12_000_000, etag: '"source"', versionId: 'v1' }],
  ])('throws %s, which the state machine matches', async (name, more, source) => {
    const { ports, table, storage, runtime } = handlerWorld();
    const item = table.add(uploadIn('transcoding'));
    if (source) storage.sources.set(item.objectKey, source);
    const handler = createPublishVideo(ports, runtime);
    await expect(handler({ ...input, ...more }, context)).rejects.toMatchObject({ name });
  });

  const facts = mediaOf(uploadIn('transcoding'));
  if (!facts) throw new Error('The fixture has media facts.');
  const { renditions } = expectedOutputs(UPLOAD_ID, facts);
  const hlsOf = (durationSeconds: number) => ({
    variants: renditions.map(({ width, height }) => ({
      width,
      height,
      bandwidth: 1,
      segments: ['videos/s'],
      durationSeconds,
    })),
    audio: [],
  });
  const dash = { durationSeconds: 12, videoRepresentations: renditions.length };

  it.each([
    ['OutputsInvalid', undefined],
    ['DurationDiffers', hlsOf(99)],
  ])('throws %s for outputs that are not what was asked for', async (name, hls) => {
    const { ports, table, storage, runtime } = handlerWorld();
    const item = table.add(uploadIn('transcoding'));
    storage.sources.set(item.objectKey, { size: 12_000_000, etag: '"source"', versionId: 'v1' });
    for (const file of [
      'index.m3u8',
      'index.mpd',
      'poster.0000000.jpg',
      'storyboard.0000000.jpg',
    ]) {
      storage.outputs.set(`videos/${UPLOAD_ID}/${file}`, 1);
    }
    const list = async (prefix: string) => [
      ...(await ports.outputs.list(prefix)),
      { key: 'videos/s', size: 1 },
    ];
    const handler = createPublishVideo(
      {
        ...ports,
        outputs: { ...ports.outputs, list },
        manifests: { readHls: async () => hls, readDash: async () => dash },
      },
      runtime,
    );
    await expect(handler(input, context)).rejects.toMatchObject({ name });
  });

  it('leaves a transient error its name, by which the state machine retries', async () => {
    const { ports, calls, runtime } = handlerWorld();
    calls.before('uploads.get', () => {
      throw new TransientError('throttled');
    });
    const handler = createPublishVideo(ports, runtime);
    await expect(handler(input, context)).rejects.toMatchObject({ name: 'TransientError' });
  });
});

describe('admit-upload', () => {
  const request = {
    uploadId: UPLOAD_ID,
    execution: EXECUTION,
    token: 'the-token',
    attempt: '2026-03-04T05:06:07.890Z#000',
    refused: false,
    media: uploadIn('transcoding').media,
  };

  it('puts the upload into the queue, and logs no token', async () => {
    const { ports, table, admission, runtime, logged } = handlerWorld();
    table.countQuota(table.add(uploadIn('validating')));
    admission.waiting.add('the-token');
    const handler = createAdmitUpload(ports, runtime);
    expect(await handler(request, context)).toEqual({ outcome: 'queued' });
    expect(admission.resumed).toEqual(['the-token']);
    expect(JSON.stringify(logged)).not.toContain('the-token');
  });

  it('names the error that the state machine matches where the execution has lost the upload', async () => {
    const { ports, table, runtime } = handlerWorld();
    table.add(uploadIn('validating', { execution: 'another' }));
    const handler = createAdmitUpload(ports, runtime);
    await expect(handler(request, context)).rejects.toMatchObject({ name: 'NotClaimed' });
  });

  it('refuses a request without a token', async () => {
    const { ports, runtime } = handlerWorld();
    const handler = createAdmitUpload(ports, runtime);
    await expect(handler({ ...request, token: '' }, context)).rejects.toMatchObject({
      name: 'StepInputInvalid',
    });
  });
});

describe('release-slot', () => {
  it('gives back the slot of a job that has ended, and ignores other events', async () => {
    const { ports, table, admission, runtime } = handlerWorld();
    table.add(uploadIn('ready'));
    admission.take(OWNER, UPLOAD_ID, ports.limits);
    const detail = { status: 'COMPLETE', userMetadata: { uploadId: UPLOAD_ID } };
    const event = { source: 'aws.mediaconvert', time: '2026-03-04T05:06:07Z', detail };
    const handler = createReleaseSlot(ports, runtime);
    expect(await handler(event, context)).toEqual({ outcome: 'released' });
    expect(admission.slots.holders).toEqual([]);
    expect(await handler({}, context)).toEqual({ outcome: 'ignored' });
  });
});

describe('reconcile-uploads', () => {
  it('logs and counts slots that it could not reconcile, and looks at the uploads', async () => {
    const { ports, calls, runtime, logged } = handlerWorld();
    const error = new Error('broken');
    calls.before('admission.slots', () => {
      throw error;
    });
    expect(await createReconcileUploads(ports, runtime)({}, context)).toMatchObject({
      counters: { faults: 1, unfinished: 0 },
    });
    expect(logged[0]).toEqual(['error', 'slots not reconciled', { slots: true, error }]);
  });

  it('reconciles at the time of its event and publishes each counter', async () => {
    const { ports, table, runtime, measured, logged } = handlerWorld();
    table.countQuota(
      table.add(uploadIn('waiting', { s3UploadId: 's3', deadline: minutesAgo(-5) })),
    );
    const handler = createReconcileUploads(ports, runtime);
    expect(await handler({}, context)).toMatchObject({ counters: { looked: 1, expired: 0 } });
    const time = `${minutesAgo(-6).slice(0, 19)}Z`;
    expect(await handler({ time }, context)).toMatchObject({
      outcome: 'reconciled',
      counters: { looked: 1, expired: 1, faults: 0 },
    });
    expect(measured).toMatchObject({ 'Reconciler.looked': 1, 'Reconciler.expired': 1, Faults: 0 });
    expect(logged).toContainEqual([
      'info',
      'upload reconciled',
      { uploadId: UPLOAD_ID, outcome: 'expired' },
    ]);
  });

  it('logs and counts an upload that it could not reconcile, and succeeds: Lambda would repeat a failed run', async () => {
    const { ports, table, calls, runtime, logged, measured } = handlerWorld();
    table.add(uploadIn('waiting'));
    const error = new Error('broken');
    calls.before('uploads.get', () => {
      throw error;
    });
    expect(await createReconcileUploads(ports, runtime)({}, context)).toMatchObject({
      outcome: 'reconciled',
      counters: { looked: 1, faults: 1 },
    });
    expect(logged[0]).toEqual(['error', 'upload not reconciled', { uploadId: UPLOAD_ID, error }]);
    expect(measured).toMatchObject({ [RECONCILER_FAULTS]: 1, Faults: 0 });
  });

  it('names the partition that it could not list', async () => {
    const { ports, runtime, logged } = handlerWorld();
    const error = new Error('broken');
    const index = {
      ...ports.index,
      // biome-ignore lint/correctness/useYield: it fails before the first upload.
      async *uploadsIn(partition: string) {
        if (partition === 'uploaded') throw error;
      },
    };
    expect(await createReconcileUploads({ ...ports, index }, runtime)({}, context)).toMatchObject({
      counters: { faults: 1 },
    });
    expect(logged[0]).toEqual(['error', 'uploads not listed', { partition: 'uploaded', error }]);
  });

  it('stops before its invocation ends', async () => {
    const { ports, table, runtime } = handlerWorld();
    table.add(uploadIn('waiting'));
    const short = { ...context, getRemainingTimeInMillis: () => 1_000 };
    expect(await createReconcileUploads(ports, runtime)({}, short)).toMatchObject({
      counters: { unfinished: 1, looked: 0 },
    });
  });
});
