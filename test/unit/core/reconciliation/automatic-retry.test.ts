import { failureCodes, reasons } from '../../../../core/contract/reasons.ts';
import { automaticRetryAt, isPassing } from '../../../../core/reconciliation/automatic-retry.ts';
import { minutesAgo, NOW } from '../../../kit/ports/upload-fixture.ts';

const failure = (code: string, attempt = 1, detail?: string) => ({
  reason: { code, ...(detail !== undefined && { detail }) },
  attempt,
  updatedAt: minutesAgo(0),
});

describe('The reconciler tries again by itself', () => {
  it('what passes, and leaves the rest to the owner', () => {
    expect(failureCodes.filter((code) => isPassing({ code, detail: 'Error X' }))).toEqual([
      'inspection_failed',
      'ownership_failed',
      'transcode_failed',
      'publish_failed',
      'workflow_failed',
    ]);
  });

  it('only what its owner could try again', () => {
    for (const code of failureCodes)
      if (isPassing({ code })) expect(reasons[code].retryable).toBe(true);
  });

  it('no job that MediaConvert has ended with an error code', () => {
    expect(isPassing({ code: 'transcode_failed', detail: 'MediaConvert error 1040' })).toBe(false);
    expect(isPassing({ code: 'transcode_failed' })).toBe(true);
  });

  it.each([
    [1, 10],
    [2, 60],
    [3, 360],
    [4, 1_440],
    [9, 1_440],
  ])('after a pause that grows: attempt %i after %i minutes', (attempt, minutes) => {
    expect(automaticRetryAt(failure('publish_failed', attempt))).toBe(NOW + minutes * 60_000);
  });

  it('never what does not pass', () => {
    expect(automaticRetryAt(failure('outputs_invalid'))).toBeUndefined();
  });
});
