import {
  endCodes,
  failureCodes,
  isReasonCode,
  reasonOf,
  reasons,
  rejectionCodes,
  requestCodes,
} from '../../../../core/contract/reasons.ts';

const all = Object.entries(reasons);

describe('The catalogue of reasons', () => {
  it.each(all)('%s has a sentence for a person and says what to do next', (code, reason) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(reason.sentence).toMatch(/^[A-Z].{5,99}\.$/);
    expect(reason.next).toMatch(/^[A-Z].{5,139}\.$/);
  });

  it('has every code in one group only', () => {
    const codes = [...rejectionCodes, ...failureCodes, ...endCodes, ...requestCodes];
    expect([...codes].sort()).toEqual(all.map(([code]) => code).sort());
  });

  it('has an HTTP error status for every reason to refuse a request', () => {
    for (const code of requestCodes) {
      expect(reasons[code].httpStatus).toBeGreaterThanOrEqual(400);
      expect(reasons[code].httpStatus).toBeLessThanOrEqual(503);
    }
  });

  it('has no retryable reason to reject a file', () => {
    const retryable = rejectionCodes.filter((code) => reasons[code].retryable);
    expect(retryable).toEqual(['review_timed_out']);
  });

  it('recognizes its codes, and has a sentence for an unknown code', () => {
    expect(isReasonCode('audio_only')).toBe(true);
    expect(isReasonCode('toString')).toBe(false);
    expect(reasonOf('toString')).toBe(reasons.workflow_failed);
  });
});
