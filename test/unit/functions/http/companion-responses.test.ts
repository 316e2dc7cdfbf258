import type { CompactGrant } from '../../../../core/contract/grant.ts';
import {
  abortedResponse,
  batchResponse,
  companionProblemMembers,
  completedResponse,
  createdResponse,
  formResponse,
  partsResponse,
  partUrlResponse,
} from '../../../../functions/http/companion-responses.ts';
import { PARTS, uploadIn } from '../../../kit/ports/upload-fixture.ts';

const NOW = Date.parse('2026-03-04T05:06:07.890Z');
const upload = uploadIn('waiting');
const grant: CompactGrant = {
  method: 'PUT',
  urlTemplate: 'https://b/k?p={partNumber}&s={signature}',
  partNumbers: [2, 1],
  signatures: ['b'.repeat(64), 'a'.repeat(64)],
  expiresAt: '2026-03-04T05:07:07.000Z',
};
const urls = {
  1: `https://b/k?p=1&s=${'a'.repeat(64)}`,
  2: `https://b/k?p=2&s=${'b'.repeat(64)}`,
};

const bodyOf = ({ statusCode, body }: { statusCode: number; body: string }) => [
  statusCode,
  JSON.parse(body),
];

describe('A response of Companion', () => {
  it.each([
    [
      'to a new upload',
      createdResponse(upload, 'b'),
      { key: upload.objectKey, uploadId: upload.uploadId, bucket: 'b' },
    ],
    [
      'with parts',
      partsResponse(PARTS.slice(0, 1)),
      [{ PartNumber: 1, Size: 8_000_000, ETag: '"one"' }],
    ],
    [
      'with one URL',
      partUrlResponse({ upload, grant }, 2, NOW),
      { method: 'PUT', url: urls[2], expires: 59 },
    ],
    ['with several URLs', batchResponse({ upload, grant }), { presignedUrls: urls }],
    [
      'to a completion',
      completedResponse(upload, 'b'),
      { location: `/v1/uploads/${upload.uploadId}`, key: upload.objectKey, bucket: 'b' },
    ],
    ['to an abort', abortedResponse(), {}],
  ])('%s', (_, response, body) => {
    expect(bodyOf(response)).toEqual([200, body]);
  });

  it.each([
    ['2026-03-04T05:07:07.000Z', 59],
    ['2026-03-04T05:06:07.890Z', 0],
    ['2026-03-04T05:06:00.000Z', 0],
  ])('with a form that expires at %s', (expiresAt, expires) => {
    const form = {
      method: 'POST',
      url: 'https://b/',
      fields: { key: 'k' },
      fileField: 'file',
      size: 1,
      expiresAt,
    } as const;
    expect(bodyOf(formResponse(form, NOW))).toEqual([
      200,
      { method: 'POST', url: 'https://b/', fields: { key: 'k' }, expires },
    ]);
  });
});

describe('The message of a problem for Uppy', () => {
  const problem = {
    type: 't',
    title: 'Title.',
    status: 1,
    code: 'c',
    next: 'Next.',
    retryable: false,
  };
  const errors = [
    { pointer: '/a', code: 'x', detail: 'is wrong' },
    { pointer: '/b', code: 'x', detail: 'is wrong too' },
  ];

  it.each([
    [{}, 'Title. Next.'],
    [{ detail: 'Detail.' }, 'Title. Detail. Next.'],
    [{ errors }, 'Title. /a is wrong Next.'],
    [{ errors: [] }, 'Title. Next.'],
    [{ detail: 'Detail.', errors }, 'Title. Detail. Next.'],
  ])('of %j is %s', (more, message) => {
    expect(companionProblemMembers({ ...problem, ...more })).toEqual({ message });
  });
});
