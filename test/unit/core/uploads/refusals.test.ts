import { statuses } from '../../../../core/contract/lifecycle.ts';
import {
  incompleteParts,
  notWaiting,
  refused,
  refuseInvalidFields,
  refuseUnlessInParts,
  refuseUnlessOpen,
  refuseUnplannedParts,
} from '../../../../core/uploads/refusals.ts';
import { minutesAgo, NOW, UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';

describe('A refusal', () => {
  it('has a code, and details if they are given', () => {
    expect(refused('conflict')).toEqual({ outcome: 'refused', code: 'conflict' });
    expect(refused('conflict', { parts: [1] })).toMatchObject({ parts: [1] });
  });

  it.each(statuses.filter((status) => status !== 'expired'))('names the status %s', (status) => {
    expect(notWaiting(uploadIn(status))).toEqual({
      outcome: 'refused',
      code: 'status_conflict',
      detail: `Upload ${UPLOAD_ID} has status ${status}; expected waiting.`,
    });
  });

  it('of an expired upload has its own code', () => {
    expect(notWaiting(uploadIn('expired'))).toEqual({ outcome: 'refused', code: 'upload_expired' });
  });
});

describe('An upload', () => {
  it('is open while it is waiting and its deadline has not passed', () => {
    const item = uploadIn('waiting', { deadline: minutesAgo(0) });
    expect(refuseUnlessOpen(item, NOW - 1)).toBeUndefined();
    expect(refuseUnlessOpen(item, NOW)).toEqual({
      outcome: 'refused',
      code: 'upload_expired',
      detail: `The upload expired at ${minutesAgo(0)}.`,
    });
  });

  it('is not open with any other status', () => {
    expect(refuseUnlessOpen(uploadIn('uploaded'), NOW)).toMatchObject({ code: 'status_conflict' });
  });
});

describe('An operation on parts', () => {
  it('is refused for a file in one request', () => {
    expect(refuseUnlessInParts(uploadIn('waiting'))).toBeUndefined();
    expect(refuseUnlessInParts(uploadIn('waiting', { method: 'put' }))).toEqual({
      outcome: 'refused',
      code: 'not_in_parts',
      detail: `Upload ${UPLOAD_ID} has method put.`,
    });
  });

  it('is refused for parts beyond the plan, in ascending order', () => {
    expect(refuseUnplannedParts(uploadIn('waiting'), [2, 1])).toBeUndefined();
    expect(refuseUnplannedParts(uploadIn('waiting'), [10, 2, 3])).toMatchObject({
      code: 'parts_not_planned',
      detail: 'The upload has parts 1 to 2.',
      parts: [3, 10],
    });
  });

  it('is refused with the first problem, and names all', () => {
    expect(incompleteParts([])).toEqual({ outcome: 'refused', code: 'conflict' });
    const problems = [
      { code: 'parts_missing', detail: 'Missing.', parts: [2] },
      { code: 'part_size_wrong', detail: 'Size.', parts: [1] },
    ] as const;
    expect(incompleteParts(problems)).toEqual({
      outcome: 'refused',
      code: 'parts_missing',
      detail: 'Missing.',
      parts: [2],
      errors: [
        { pointer: '/parts', code: 'parts_missing', detail: 'Missing.' },
        { pointer: '/parts', code: 'part_size_wrong', detail: 'Size.' },
      ],
    });
  });
});

describe('Invalid fields', () => {
  const name = { pointer: '/fileName', code: 'file_name_invalid', detail: 'is wrong' } as const;
  const size = { pointer: '/size', code: 'empty_file', detail: 'is 0' } as const;

  it('are refused with the code of the only one, or as an invalid request', () => {
    expect(refuseInvalidFields([])).toBeUndefined();
    expect(refuseInvalidFields([size])).toEqual({
      outcome: 'refused',
      code: 'empty_file',
      detail: '/size is 0',
      errors: [size],
    });
    expect(refuseInvalidFields([name, size])).toEqual({
      outcome: 'refused',
      code: 'invalid_request',
      errors: [name, size],
    });
  });
});
