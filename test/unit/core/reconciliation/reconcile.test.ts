import fc from 'fast-check';
import { mayFollow } from '../../../../core/contract/lifecycle.ts';
import {
  actionForClaimed,
  actionForUnclaimed,
  QUIET_MS,
  reconcilerExecutionName,
  type SeenExecution,
  type SeenJob,
  type SeenObject,
  workflowInput,
} from '../../../../core/reconciliation/reconcile.ts';

const NOW = Date.parse('2026-03-04T05:06:07.890Z');
const HOUR_MS = 3_600_000;
const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:process-upload:one';
const UPLOAD = '019b7c2e-5a3e-7000-8000-0123456789ab';

const iso = (ms: number) => new Date(ms).toISOString();
const before = (ms: number) => iso(NOW - ms);
const object: SeenObject = { size: 7, etag: '"abc-1"', versionId: 'v1' };

const waiting = {
  status: 'waiting',
  s3UploadId: 'u',
  updatedAt: before(QUIET_MS),
  deadline: iso(NOW + HOUR_MS),
} as const;

describe('An upload that nobody has claimed', () => {
  it('is started as soon as its object is seen, even after its deadline', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('waiting', 'uploaded'),
        fc.integer({ min: -100 * HOUR_MS, max: 100 * HOUR_MS }),
        (status, left) => {
          const item = { ...waiting, status, deadline: iso(NOW + left) } as const;
          expect(actionForUnclaimed(item, object, NOW)).toEqual({ action: 'start', object });
        },
      ),
    );
  });

  it('expires with its deadline, not a moment before', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100 * HOUR_MS, max: 100 * HOUR_MS }), (left) => {
        const judged = actionForUnclaimed(
          { ...waiting, deadline: iso(NOW + left) },
          undefined,
          NOW,
        );
        expect(judged.action).toBe(left < 0 ? 'expire' : 'leave');
      }),
    );
  });

  it('and that S3 was never asked for expires after an hour', () => {
    const { s3UploadId: _, ...half } = waiting;
    const judged = (age: number) =>
      actionForUnclaimed({ ...half, updatedAt: before(age) }, undefined, NOW).action;
    expect(judged(HOUR_MS - 1)).toBe('leave');
    expect(judged(HOUR_MS)).toBe('expire');
  });

  it('waits until its deadline for a file that comes in one request, of which S3 knows nothing', () => {
    const { s3UploadId: _, ...single } = { ...waiting, method: 'put' as const };
    const old = { ...single, updatedAt: iso(NOW - 2 * HOUR_MS) };
    expect(actionForUnclaimed(old, undefined, NOW).action).toBe('leave');
    expect(actionForUnclaimed({ ...old, deadline: iso(NOW - 1) }, undefined, NOW).action).toBe(
      'expire',
    );
  });

  it('takes what a form has brought, until its deadline', () => {
    const staged = { size: 17, etag: 'e', versionId: 'v' };
    const posted = { ...waiting, method: 'post' as const };
    expect(actionForUnclaimed(posted, undefined, NOW, staged)).toEqual({
      action: 'accept',
      staged,
    });
    const late = { ...posted, deadline: iso(NOW - 1) };
    expect(actionForUnclaimed(late, undefined, NOW, staged).action).toBe('expire');
  });

  it('fails where it was completed and its object is gone', () => {
    expect(actionForUnclaimed({ ...waiting, status: 'uploaded' }, undefined, NOW)).toEqual({
      action: 'fail',
      reason: { code: 'source_missing' },
    });
  });

  it('goes only where the lifecycle leads', () => {
    expect(mayFollow('waiting', 'expired') && mayFollow('uploaded', 'failed')).toBe(true);
  });
});

const claimed = { status: 'transcoding', execution: EXECUTION } as const;
const long = NOW - QUIET_MS;
const complete: SeenJob = { jobId: 'job-1', status: 'COMPLETE', endedAt: long };

describe('An upload whose execution runs', () => {
  const running: SeenExecution = { status: 'RUNNING' };

  it.each(['validating', 'in_review'] as const)('is left alone while %s', (status) => {
    expect(actionForClaimed({ ...claimed, status }, running, complete, NOW)).toEqual({
      action: 'leave',
    });
  });

  it('is left alone while its job is queued or works, or has ended just now', () => {
    const jobs: (SeenJob | undefined)[] = [
      undefined,
      { jobId: 'job-1', status: 'SUBMITTED' },
      { jobId: 'job-1', status: 'PROGRESSING' },
      { ...complete, endedAt: long + 1 },
      { jobId: 'job-1', status: 'ERROR', errorCode: 1040, endedAt: NOW },
    ];
    for (const job of jobs) {
      expect(actionForClaimed(claimed, running, job, NOW)).toEqual({ action: 'leave' });
    }
  });

  it('is published by another where its job is complete and nobody has heard', () => {
    expect(actionForClaimed(claimed, running, complete, NOW)).toEqual({
      action: 'resume',
      resume: { execution: EXECUTION, jobId: 'job-1' },
      whileWaitingFor: 'job-1',
    });
  });

  it('is judged by another where its job has failed and nobody has heard', () => {
    const failed: SeenJob = { jobId: 'job-1', status: 'ERROR', errorCode: 1040, endedAt: long };
    expect(actionForClaimed(claimed, running, failed, NOW)).toEqual({
      action: 'resume',
      resume: {
        execution: EXECUTION,
        fault: { Error: 'States.TaskFailed', Cause: '{"status":"ERROR","errorCode":1040}' },
      },
      whileWaitingFor: 'job-1',
    });
  });
});

describe('An upload whose execution has ended without recording it', () => {
  const ended = (status: SeenExecution['status'], endedAt = long): SeenExecution => ({
    status,
    endedAt,
  });

  it.each([
    ['FAILED', 'workflow_failed'],
    ['ABORTED', 'workflow_failed'],
    ['SUCCEEDED', 'workflow_failed'],
    ['TIMED_OUT', 'workflow_timed_out'],
  ] as const)('as %s fails: %s', (status, code) => {
    for (const at of ['validating', 'in_review', 'transcoding'] as const) {
      expect(
        actionForClaimed({ ...claimed, status: at }, ended(status), undefined, NOW),
      ).toMatchObject({
        action: 'resume',
        resume: { execution: EXECUTION, reason: { code } },
      });
    }
  });

  it('is left alone for some minutes, in which an operator may redrive it', () => {
    const judged = actionForClaimed(claimed, ended('FAILED', long + 1), complete, NOW);
    expect(judged).toEqual({ action: 'leave' });
  });

  it('is published all the same where its job is complete', () => {
    expect(actionForClaimed(claimed, ended('ABORTED'), complete, NOW)).toEqual({
      action: 'resume',
      resume: { execution: EXECUTION, jobId: 'job-1' },
    });
  });

  it('fails where Step Functions no longer knows the execution', () => {
    expect(actionForClaimed(claimed, undefined, undefined, NOW)).toMatchObject({
      resume: { reason: { code: 'workflow_failed' } },
    });
  });
});

describe('An execution that the reconciler starts', () => {
  it('has one name an hour for one upload and one purpose, as long as Step Functions takes it', () => {
    fc.assert(
      fc.property(fc.nat(10 * 365 * 24), fc.nat(HOUR_MS - 1), (hour, into) => {
        const name = reconcilerExecutionName(UPLOAD, 'start', hour * HOUR_MS + into);
        expect(name).toBe(reconcilerExecutionName(UPLOAD, 'start', hour * HOUR_MS));
        expect(name).not.toBe(reconcilerExecutionName(UPLOAD, 'start', (hour + 1) * HOUR_MS));
        expect(name).not.toBe(reconcilerExecutionName(UPLOAD, 'resume', hour * HOUR_MS));
        expect(name).toMatch(/^[\w-]{1,80}$/);
      }),
    );
  });

  it('gets what the workflow reads of S3’s event, and the ETag as S3’s events have it', () => {
    expect(workflowInput('sources', 'uploads/o/u/source', object).detail).toEqual({
      bucket: { name: 'sources' },
      object: { key: 'uploads/o/u/source', size: 7, etag: 'abc-1', 'version-id': 'v1' },
    });
    const plain = workflowInput('b', 'k', { ...object, versionId: undefined }).detail;
    expect(plain.object).not.toHaveProperty('version-id');
  });
});
