import { statuses } from '../../../../core/contract/lifecycle.ts';
import {
  mediaOf,
  parseCapabilityItem,
  parseIdempotencyItem,
  parseQuotaItem,
  parseUploadItem,
} from '../../../../core/uploads/parse-records.ts';
import { REQUIRED_BY_STATUS } from '../../../../core/uploads/records.ts';
import { UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';

const NAME = `Item UPLOAD#${UPLOAD_ID} UPLOAD is not valid.`;

describe('An upload item', () => {
  it.each(statuses)('of status %s is parsed as it is stored', (status) => {
    const item = uploadIn(status);
    expect(parseUploadItem({ ...item })).toEqual(item);
  });

  it.each(statuses.flatMap((status) => REQUIRED_BY_STATUS[status].map((name) => [status, name])))(
    'of status %s must have %s',
    (status, name) => {
      const item = {
        ...uploadIn(status as (typeof statuses)[number]),
        [name as string]: undefined,
      };
      expect(() => parseUploadItem(item)).toThrow(
        `${NAME} ${name}: required for status ${status}, but missing.`,
      );
    },
  );

  it('names each field that is wrong, and no value', () => {
    const item = {
      ...uploadIn('waiting'),
      size: 'secret',
      timeline: [{ at: 'x', to: 'y', by: 1 }],
    };
    expect(() => parseUploadItem(item)).toThrow(
      expect.objectContaining({
        name: 'ItemInvalid',
        message: expect.stringMatching(/size: .*; timeline\.0\.to: .*; timeline\.0\.by: /),
      }),
    );
    expect(() => parseUploadItem(item)).not.toThrow(/secret/);
  });

  it.each([undefined, null, {}, 'text'])('is an error for %p', (item) => {
    expect(() => parseUploadItem(item)).toThrow('Item ? ? is not valid.');
  });

  it('leaves out attributes of a later version', () => {
    const item = uploadIn('waiting');
    expect(parseUploadItem({ ...item, later: 1 })).toEqual(item);
  });
});

describe('The media facts of an upload', () => {
  it('are parsed from its text', () => {
    expect(mediaOf(uploadIn('ready'))).toMatchObject({ container: 'mp4', durationSeconds: 12 });
    expect(mediaOf(uploadIn('waiting'))).toBeUndefined();
  });

  it.each([
    ['is not JSON', '{', 'media: '],
    ['lacks a field', '{"container":"mp4"}', 'media.durationSeconds: '],
  ])('are an error where the text %s', (_, media, field) => {
    expect(() => mediaOf(uploadIn('transcoding', { media }))).toThrow(`${NAME} ${field}`);
  });
});

describe('Another item', () => {
  const keys = { pk: 'OWNER#a', sk: 'X' };
  const quota = { ...keys, totalBytes: 1, reservedBytes: 1, usedBytes: 0, activeUploads: 1 };
  const idempotency = { ...keys, uploadId: 'u', requestHash: 'h', createdAt: 'c', expiresAt: 1 };
  const capability = { ...keys, owner: 'o', subject: 's', createdAt: 'c', expiresAt: 1 };

  it.each([
    ['quota', parseQuotaItem, quota],
    ['idempotency key', parseIdempotencyItem, idempotency],
    ['capability', parseCapabilityItem, capability],
  ])('for a %s is parsed, and every field of it is required', (_, parse, item) => {
    expect(parse(item)).toEqual(item);
    for (const name of Object.keys(item).filter((field) => !(field in keys))) {
      expect(() => parse({ ...item, [name]: undefined })).toThrow(
        `Item OWNER#a X is not valid. ${name}: `,
      );
    }
  });
});
