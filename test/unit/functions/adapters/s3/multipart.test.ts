import { NoSuchUpload } from '@aws-sdk/client-s3';
import { TransientError } from '../../../../../core/transient-error.ts';
import { completeMultipart } from '../../../../../functions/adapters/s3/complete-multipart.ts';
import {
  abortMultipart,
  createMultipart,
  listStoredParts,
} from '../../../../../functions/adapters/s3/multipart.ts';
import { copyToSource, deleteStaged } from '../../../../../functions/adapters/s3/staged-files.ts';
import { PARTS, uploadIn } from '../../../../kit/ports/upload-fixture.ts';
import { fakeClient, serviceError } from '../fake-client.ts';

const bucketWith = (responses: Parameters<typeof fakeClient>[0]) => {
  const { sent, client } = fakeClient(responses);
  return { sent, bucket: { client, name: 'b' } };
};
const upload = { objectKey: 'k', size: 12_000_000, s3UploadId: 's3' };
const named = [
  { PartNumber: 1, ETag: '"one"' },
  { PartNumber: 2, ETag: '"two"' },
];
const SIZE_DIFFERS =
  "The provided 'x-amz-mp-object-size' header value 12000000 does not match what was computed: 1";
const invalidRequest = (message: string) =>
  Object.assign(serviceError('InvalidRequest'), { message });
const noSuchUpload = () => new NoSuchUpload({ message: 'x', $metadata: { httpStatusCode: 404 } });

describe('A multipart upload', () => {
  it('is created with the content type of the upload', async () => {
    const { bucket, sent } = bucketWith({ CreateMultipartUpload: () => ({ UploadId: 's3' }) });
    expect(await createMultipart(bucket, { objectKey: 'k', contentType: 'video/mp4' })).toBe('s3');
    expect(sent).toEqual([
      ['CreateMultipartUpload', { Bucket: 'b', Key: 'k', ContentType: 'video/mp4' }],
    ]);
  });

  it('is an error without an id', async () => {
    const { bucket } = bucketWith({ CreateMultipartUpload: () => ({}) });
    await expect(createMultipart(bucket, uploadIn('waiting'))).rejects.toThrow(TypeError);
  });

  it('has the parts of all pages', async () => {
    const pages = [
      {
        Parts: [{ PartNumber: 1, Size: 8_000_000, ETag: '"one"' }],
        IsTruncated: true,
        NextPartNumberMarker: '1',
      },
      { Parts: [{ PartNumber: 2, Size: 4_000_000, ETag: '"two"' }], NextPartNumberMarker: '2' },
    ];
    const { bucket, sent } = bucketWith({ ListParts: () => pages.shift() });
    expect(await listStoredParts(bucket, 'k', 's3')).toEqual(PARTS);
    expect(sent.map(([, input]) => input)).toEqual([
      { Bucket: 'b', Key: 'k', UploadId: 's3' },
      { Bucket: 'b', Key: 'k', UploadId: 's3', PartNumberMarker: '1' },
    ]);
  });

  it('that S3 no longer knows has no parts, and its abort does nothing', async () => {
    const { bucket } = bucketWith({ ListParts: noSuchUpload, AbortMultipartUpload: noSuchUpload });
    expect(await listStoredParts(bucket, 'k', 's3')).toBeUndefined();
    await expect(abortMultipart(bucket, 'k', 's3')).resolves.toBeUndefined();
  });

  it('throws other errors', async () => {
    const denied = () => serviceError('AccessDenied', 403);
    const { bucket } = bucketWith({
      ListParts: denied,
      AbortMultipartUpload: denied,
      CompleteMultipartUpload: denied,
    });
    await expect(listStoredParts(bucket, 'k', 's3')).rejects.toThrow('AccessDenied');
    await expect(abortMultipart(bucket, 'k', 's3')).rejects.toThrow('AccessDenied');
    await expect(completeMultipart(bucket, upload, PARTS, undefined)).rejects.toThrow('Denied');
  });

  it.each([undefined, 'AAAAAAAAAAA='])(
    'is completed with size and checksum %s',
    async (checksum) => {
      const { bucket, sent } = bucketWith({ CompleteMultipartUpload: () => ({}) });
      expect(await completeMultipart(bucket, upload, PARTS, checksum)).toBe('completed');
      expect(sent).toEqual([
        [
          'CompleteMultipartUpload',
          {
            Bucket: 'b',
            Key: 'k',
            UploadId: 's3',
            IfNoneMatch: '*',
            MpuObjectSize: 12_000_000,
            MultipartUpload: { Parts: named },
            ...(checksum && { ChecksumCRC64NVME: checksum }),
          },
        ],
      ]);
    },
  );

  it.each([
    ['NoSuchUpload', 'gone'],
    ['PreconditionFailed', 'object_exists'],
    ['InvalidPart', 'part_invalid'],
    ['InvalidPartOrder', 'part_invalid'],
    ['EntityTooSmall', 'part_invalid'],
    ['BadDigest', 'checksum_differs'],
    ['InvalidDigest', 'checksum_differs'],
    ['ConditionalRequestConflict', 'conflict'],
  ])('whose completion fails with %s is %s', async (name, result) => {
    const { bucket } = bucketWith({ CompleteMultipartUpload: () => serviceError(name) });
    expect(await completeMultipart(bucket, upload, PARTS, undefined)).toBe(result);
  });

  it.each([
    ['AAAAAAAAAAA=', 'AAAAAAAAAAA=', 'completed'],
    ['AAAAAAAAAAA=', 'AAAAAAAAAAQ=', 'stored_with_other_checksum'],
    ['AAAAAAAAAAA=', undefined, 'completed'],
    [undefined, 'AAAAAAAAAAQ=', 'completed'],
  ])('announced with checksum %s and answered with %s is %s', async (announced, stored, result) => {
    const { bucket } = bucketWith({
      CompleteMultipartUpload: () => ({ ...(stored && { ChecksumCRC64NVME: stored }) }),
    });
    expect(await completeMultipart(bucket, upload, PARTS, announced)).toBe(result);
  });

  it('is of another size where S3 says so', async () => {
    const { bucket } = bucketWith({ CompleteMultipartUpload: () => invalidRequest(SIZE_DIFFERS) });
    expect(await completeMultipart(bucket, upload, PARTS, undefined)).toBe('size_differs');
  });

  it.each([
    'Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc64nvme',
    "Value for x-amz-mp-object-size header is invalid: 'size'",
    '',
  ])('is an error where S3 does not accept the request itself: %s', async (message) => {
    const { bucket } = bucketWith({ CompleteMultipartUpload: () => invalidRequest(message) });
    await expect(completeMultipart(bucket, upload, PARTS, undefined)).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
  });

  it('is an error where another error has the message of the size, or the name of a method', async () => {
    for (const name of ['AccessDenied', 'toString']) {
      const error = Object.assign(invalidRequest(SIZE_DIFFERS), { name });
      const { bucket } = bucketWith({ CompleteMultipartUpload: () => error });
      await expect(completeMultipart(bucket, upload, PARTS, undefined)).rejects.toBe(error);
    }
  });
});

describe('A staged file', () => {
  const GIB = 1024 ** 3;
  const item = (size: number) => uploadIn('waiting', { method: 'post', size });
  const staged = (size: number) => ({ key: 'forms/x', versionId: 'v/1', size });

  function copying(more: Parameters<typeof fakeClient>[0] = {}) {
    return bucketWith({
      CreateMultipartUpload: () => ({ UploadId: 's3' }),
      UploadPartCopy: ({ PartNumber }) => ({ CopyPartResult: { ETag: `"${PartNumber}"` } }),
      CompleteMultipartUpload: () => ({}),
      AbortMultipartUpload: noSuchUpload,
      ...more,
    });
  }

  const inputsOf = (sent: ReturnType<typeof fakeClient>['sent'], name: string) =>
    sent.filter(([command]) => command === name).map(([, input]) => input);

  it('up to 512 MiB is copied as a whole', async () => {
    const { bucket, sent } = copying();
    const size = 512 * 1024 ** 2;
    expect(await copyToSource(bucket, staged(size), item(size))).toBe('copied');
    const [copy, ...others] = inputsOf(sent, 'UploadPartCopy');
    expect(copy).toMatchObject({ CopySource: 'b/forms/x?versionId=v%2F1', PartNumber: 1 });
    expect(copy).not.toHaveProperty('CopySourceRange');
    expect(others).toEqual([]);
  });

  it('of more is copied by ranges, and completed under the condition that there is no object', async () => {
    const { bucket, sent } = copying();
    const upload = uploadIn('waiting', { method: 'post', size: GIB + 1, checksum: 'AAAAAAAAAAA=' });
    expect(await copyToSource(bucket, staged(GIB + 1), upload)).toBe('copied');
    expect(inputsOf(sent, 'UploadPartCopy').map(({ CopySourceRange }) => CopySourceRange)).toEqual([
      'bytes=0-536870911',
      'bytes=536870912-1073741823',
      'bytes=1073741824-1073741824',
    ]);
    expect(inputsOf(sent, 'CompleteMultipartUpload')).toEqual([
      {
        Bucket: 'b',
        Key: upload.objectKey,
        UploadId: 's3',
        IfNoneMatch: '*',
        MpuObjectSize: GIB + 1,
        ChecksumCRC64NVME: 'AAAAAAAAAAA=',
        MultipartUpload: {
          Parts: [1, 2, 3].map((PartNumber) => ({ PartNumber, ETag: `"${PartNumber}"` })),
        },
      },
    ]);
    expect(sent.at(-1)?.[0]).toBe('AbortMultipartUpload');
  });

  it.each([
    ['CompleteMultipartUpload', 'NoSuchUpload', 'copied'],
    ['CompleteMultipartUpload', 'PreconditionFailed', 'refused'],
    ['CompleteMultipartUpload', 'BadDigest', 'checksum_differs'],
    ['CompleteMultipartUpload', 'InvalidDigest', 'checksum_differs'],
    ['UploadPartCopy', 'NoSuchKey', 'absent'],
    ['UploadPartCopy', 'NoSuchVersion', 'absent'],
  ])('whose %s fails with %s is %s', async (command, name, result) => {
    const { bucket, sent } = copying({ [command]: () => serviceError(name) });
    expect(await copyToSource(bucket, staged(1), item(1))).toBe(result);
    expect(sent.at(-1)?.[0]).toBe('AbortMultipartUpload');
  });

  it('of another size than its upload is refused', async () => {
    const { bucket } = copying({ CompleteMultipartUpload: () => invalidRequest(SIZE_DIFFERS) });
    expect(await copyToSource(bucket, staged(1), item(2))).toBe('refused');
  });

  it('is copied again later where another write of the same key is in progress', async () => {
    const { bucket } = copying({
      CompleteMultipartUpload: () => serviceError('ConditionalRequestConflict', 409),
    });
    await expect(copyToSource(bucket, staged(1), item(1))).rejects.toThrow(TransientError);
  });

  it('is an error where S3 does not accept the copied parts', async () => {
    const { bucket } = copying({ CompleteMultipartUpload: () => serviceError('InvalidPart') });
    await expect(copyToSource(bucket, staged(1), item(1))).rejects.toThrow(
      /^S3 does not accept the parts/,
    );
  });

  it('is an error where its multipart upload is aborted while it is copied, and where S3 fails', async () => {
    for (const error of [noSuchUpload(), serviceError('AccessDenied', 403)]) {
      const { bucket, sent } = copying({ UploadPartCopy: () => error });
      await expect(copyToSource(bucket, staged(1), item(1))).rejects.toBe(error);
      expect(sent.at(-1)?.[0]).toBe('AbortMultipartUpload');
    }
    const failing = copying({ CompleteMultipartUpload: () => serviceError('AccessDenied', 403) });
    await expect(copyToSource(failing.bucket, staged(1), item(1))).rejects.toThrow('AccessDenied');
  });

  it('is deleted by its version', async () => {
    const { bucket, sent } = bucketWith({ DeleteObject: () => ({}) });
    await deleteStaged(bucket, staged(1));
    expect(sent).toEqual([['DeleteObject', { Bucket: 'b', Key: 'forms/x', VersionId: 'v/1' }]]);
  });
});
