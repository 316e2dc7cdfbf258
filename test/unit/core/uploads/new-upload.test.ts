import { planParts } from '../../../../core/grants/part-plan.ts';
import { type NewUpload, newUploadItem } from '../../../../core/uploads/new-upload.ts';
import { sourceKey } from '../../../../core/uploads/object-keys.ts';
import { parseUploadItem } from '../../../../core/uploads/parse-records.ts';
import { requestHash } from '../../../../core/uploads/request-hash.ts';
import { defaultUploadPolicy, uploadPolicySchema } from '../../../../core/uploads/upload-policy.ts';
import { NOW, OWNER, SUBJECT, UPLOAD_ID } from '../../../kit/ports/upload-fixture.ts';

const request = { fileName: 'film.mp4', contentType: 'Video/MP4; codecs=avc1', size: 20_000_000 };

const created = (more: Partial<NewUpload> = {}, policy = defaultUploadPolicy) =>
  newUploadItem(
    { uploadId: UPLOAD_ID, owner: OWNER, subject: SUBJECT, request, now: NOW, ...more },
    policy,
  );

describe('The record of a new upload', () => {
  it('is a valid item of the table', () => {
    const item = created();
    expect(parseUploadItem(item)).toEqual(item);
  });

  it('waits for its file, with the bytes reserved and one entry in the timeline', () => {
    expect(created()).toMatchObject({
      pk: `UPLOAD#${UPLOAD_ID}`,
      uploadId: UPLOAD_ID,
      owner: OWNER,
      subject: SUBJECT,
      status: 'waiting',
      quota: 'reserved',
      createdAt: '2026-03-04T05:06:07.890Z',
      updatedAt: '2026-03-04T05:06:07.890Z',
      timeline: [{ at: '2026-03-04T05:06:07.890Z', to: 'waiting', by: 'owner' }],
    });
  });

  it('is in the shard of the status index that the last digit of its id selects', () => {
    expect(created()).toMatchObject({ shard: 'b', statusShard: 'waiting#b' });
  });

  it('has the declared file, with the content type in lower case and without parameters', () => {
    expect(created()).toMatchObject({
      fileName: 'film.mp4',
      contentType: 'video/mp4',
      size: 20_000_000,
      objectKey: sourceKey(OWNER, UPLOAD_ID),
      requestHash: requestHash(request),
      metadata: {},
    });
  });

  it('has the optional values of the request only if they are given', () => {
    const optional = ['checksum', 'method', 'redirect', 'idempotencyKey'];
    for (const name of optional) expect(created()).not.toHaveProperty(name);
    const given = {
      ...request,
      checksum: 'rosUhgp5mIE=',
      method: 'post',
      redirect: 'https://app.example.com/done',
      metadata: { title: 'Sea' },
    } as const;
    expect(created({ request: given, idempotencyKey: 'key-1' })).toMatchObject({
      checksum: 'rosUhgp5mIE=',
      method: 'post',
      redirect: 'https://app.example.com/done',
      metadata: { title: 'Sea' },
      idempotencyKey: 'key-1',
    });
  });

  it.each([undefined, 'multipart'] as const)(
    'is divided by the part plan with method %s',
    (method) => {
      const { partSize, partCount } = planParts(request.size);
      expect(created({ request: { ...request, method } })).toMatchObject({ partSize, partCount });
      expect(created({ request: { ...request, method } })).not.toHaveProperty('method');
    },
  );

  it('is divided as the client does, if the client has a plan of its own', () => {
    const plan = { size: request.size, partSize: 10_000_000, partCount: 2 };
    expect(created({ plan })).toMatchObject({ partSize: 10_000_000, partCount: 2 });
  });

  it.each(['put', 'post'] as const)('is one part of the whole file with method %s', (method) => {
    const plan = { size: request.size, partSize: 10_000_000, partCount: 2 };
    expect(created({ plan, request: { ...request, method } })).toMatchObject({
      method,
      partSize: request.size,
      partCount: 1,
    });
  });

  it('expires after the hours that the policy allows', () => {
    const policy = uploadPolicySchema.parse({ unfinishedHours: 3 });
    expect(created({}, policy).deadline).toBe('2026-03-04T08:06:07.890Z');
  });
});
