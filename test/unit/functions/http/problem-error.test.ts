import { requestCodes } from '../../../../core/contract/reasons.ts';
import type { RefusalCode } from '../../../../core/uploads/refusals.ts';
import {
  accepted,
  ProblemError,
  uploadNotFound,
} from '../../../../functions/http/problem-error.ts';

const codes: readonly RefusalCode[] = [...requestCodes, 'empty_file', 'upload_expired'];

describe('The outcome of a use case', () => {
  it('is returned as it is unless it refuses the request', () => {
    const outcome = { outcome: 'found', upload: 1 };
    expect(accepted(outcome)).toBe(outcome);
  });

  it.each(codes)('that refuses with %s is thrown with everything that was found', (code) => {
    const details = {
      detail: 'Found.',
      errors: [{ pointer: '/size', code: 'x', detail: 'y' }],
      parts: [1],
    };
    expect(() => accepted({ outcome: 'refused', code, ...details })).toThrow(
      expect.objectContaining({ name: 'ProblemError', code, details, message: 'Found.' }),
    );
  });

  it('that refuses without details is thrown with its code as message', () => {
    expect(() => accepted({ outcome: 'refused', code: 'conflict' })).toThrow(
      expect.objectContaining({ message: 'conflict', details: {} }),
    );
  });
});

it('A problem has no details unless it is given some', () => {
  expect(new ProblemError('conflict').details).toEqual({});
  expect(uploadNotFound()).toMatchObject({ code: 'upload_not_found', details: {} });
});
