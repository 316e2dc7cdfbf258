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

describe('An upload that no execution has claimed', () => {
  it('is started if its object exists, even after its deadline', () => {
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

  it('expires after its deadline', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100 * HOUR_MS, max: 100 * HOUR_MS }), (left) => {
        const decided = actionForUnclaimed(
          { ...waiting, deadline: iso(NOW + left) },
          undefined,
          NOW,
        );
        expect(decided.action).toBe(left < 0 ? 'expire' : 'leave');
      }),
    );
  });

  it('expires after an hour without a multipart upload in S3, because its creation was interrupted', () => {
    const { s3UploadId: _, ...interrupted } = waiting;
    const actionAfter = (age: number) =>
      actionForUnclaimed({ ...interrupted, updatedAt: before(age) }, undefined, NOW).action;
    expect(actionAfter(HOUR_MS - 1)).toBe('leave');
    expect(actionAfter(HOUR_MS)).toBe('expire');
  });

  it('waits until its deadline if the file is sent in one request, which needs no multipart upload', () => {
    const { s3UploadId: _, ...single } = { ...waiting, method: 'put' as const };
    const old = { ...single, updatedAt: iso(NOW - 2 * HOUR_MS) };
    expect(actionForUnclaimed(old, undefined, NOW).action).toBe('leave');
    expect(actionForUnclaimed({ ...old, deadline: iso(NOW - 1) }, undefined, NOW).action).toBe(
      'expire',
    );
  });

  it('is accepted with the file that a form has posted, until its deadline', () => {
    const staged = { size: 17, etag: 'e', versionId: 'v' };
    const posted = { ...waiting, method: 'post' as const };
    expect(actionForUnclaimed(posted, undefined, NOW, staged)).toEqual({
      action: 'accept',
      staged,
    });
    const late = { ...posted, deadline: iso(NOW - 1) };
    expect(actionForUnclaimed(late, undefined, NOW, staged).action).toBe('expire');
  });

  it('fails if it was completed and has no object', () => {
    expect(actionForUnclaimed({ ...waiting, status: 'uploaded' }, undefined, NOW)).toEqual({
      action: 'fail',
      reason: { code: 'source_missing' },
    });
  });

  it('changes only to statuses that the lifecycle allows', () => {
    expect(mayFollow('waiting', 'expired') && mayFollow('uploaded', 'failed')).toBe(true);
  });
});

const claimed = { status: 'transcoding', execution: EXECUTION } as const;
const longAgo = NOW - QUIET_MS;
const complete: SeenJob = { jobId: 'job-1', status: 'COMPLETE', endedAt: longAgo };

describe('An upload whose execution is running', () => {
  const running: SeenExecution = { status: 'RUNNING' };

  it.each(['validating', 'in_review'] as const)('is not changed with status %s', (status) => {
    expect(actionForClaimed({ ...claimed, status }, running, complete, NOW)).toEqual({
      action: 'leave',
    });
  });

  it('is not changed while its job is unfinished, or has ended a moment ago', () => {
    const jobs: (SeenJob | undefined)[] = [
      undefined,
      { jobId: 'job-1', status: 'SUBMITTED' },
      { jobId: 'job-1', status: 'PROGRESSING' },
      { ...complete, endedAt: longAgo + 1 },
      { jobId: 'job-1', status: 'ERROR', errorCode: 1040, endedAt: NOW },
    ];
    for (const job of jobs) {
      expect(actionForClaimed(claimed, running, job, NOW)).toEqual({ action: 'leave' });
    }
  });

  it('is looked at later while it waits for a slot', () => {
    const waiting = { ...claimed, queueKey: '1#a', slotToken: 'token' };
    expect(actionForClaimed(waiting, running, undefined, NOW)).toEqual({ action: 'look_later' });
  });

  it('is resumed with its token if it has a slot and no job, and not if it has a job', () => {
    const started = { ...claimed, slotToken: 'token' };
    expect(actionForClaimed(started, running, undefined, NOW)).toEqual({
      action: 'start_waiting',
      token: 'token',
    });
    const job: SeenJob = { jobId: 'job-1', status: 'PROGRESSING' };
    expect(actionForClaimed(started, running, job, NOW)).toEqual({ action: 'leave' });
  });

  it('is published by a new execution if its job is complete and the event was lost', () => {
    expect(actionForClaimed(claimed, running, complete, NOW)).toEqual({
      action: 'resume',
      resume: { execution: EXECUTION, jobId: 'job-1' },
      whileWaitingFor: 'job-1',
    });
  });

  it('is not changed while its job is unfinished, even if the job has an end time', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('SUBMITTED', 'PROGRESSING'),
        fc.integer({ min: -100 * HOUR_MS, max: HOUR_MS }),
        (status, sinceEnd) => {
          const job: SeenJob = { jobId: 'job-1', status, endedAt: NOW + sinceEnd };
          expect(actionForClaimed(claimed, running, job, NOW)).toEqual({ action: 'leave' });
        },
      ),
    );
  });

  it('is not changed while its execution is about to be redriven', () => {
    const redriven: SeenExecution = { status: 'PENDING_REDRIVE' };
    expect(actionForClaimed(claimed, redriven, undefined, NOW)).toEqual({ action: 'leave' });
  });

  it('is resumed with a fault if its job was canceled, without an error code if the job has none', () => {
    const canceled: SeenJob = { jobId: 'job-1', status: 'CANCELED', endedAt: longAgo };
    expect(actionForClaimed(claimed, running, canceled, NOW)).toEqual({
      action: 'resume',
      resume: {
        execution: EXECUTION,
        fault: { Error: 'States.TaskFailed', Cause: '{"status":"CANCELED"}' },
      },
      whileWaitingFor: 'job-1',
    });
  });

  it('is resumed with a fault if its job has failed and the event was lost', () => {
    const failed: SeenJob = { jobId: 'job-1', status: 'ERROR', errorCode: 1040, endedAt: longAgo };
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

describe('An upload whose execution has ended without a result', () => {
  const ended = (status: SeenExecution['status'], endedAt = longAgo): SeenExecution => ({
    status,
    endedAt,
  });

  it.each([
    ['FAILED', 'workflow_failed'],
    ['ABORTED', 'workflow_failed'],
    ['SUCCEEDED', 'workflow_failed'],
    ['TIMED_OUT', 'workflow_timed_out'],
  ] as const)('with status %s fails with %s', (status, code) => {
    for (const at of ['validating', 'in_review', 'transcoding'] as const) {
      expect(
        actionForClaimed({ ...claimed, status: at }, ended(status), undefined, NOW),
      ).toMatchObject({
        action: 'resume',
        resume: {
          execution: EXECUTION,
          reason: {
            code,
            detail: `The execution ended with status ${status} and did not record a result.`,
          },
        },
      });
    }
  });

  it('is not changed for some minutes, in which an operator can redrive it', () => {
    const decided = actionForClaimed(claimed, ended('FAILED', longAgo + 1), complete, NOW);
    expect(decided).toEqual({ action: 'leave' });
  });

  it('is published if its job is complete', () => {
    const validating = { ...claimed, status: 'validating' } as const;
    expect(actionForClaimed(validating, ended('ABORTED'), complete, NOW)).toMatchObject({
      resume: { reason: { code: 'workflow_failed' } },
    });
    expect(actionForClaimed(claimed, ended('ABORTED'), complete, NOW)).toEqual({
      action: 'resume',
      resume: { execution: EXECUTION, jobId: 'job-1' },
    });
  });

  it('fails if the execution does not exist any more', () => {
    expect(actionForClaimed(claimed, undefined, undefined, NOW)).toMatchObject({
      resume: {
        execution: EXECUTION,
        reason: { code: 'workflow_failed', detail: 'The execution no longer exists.' },
      },
    });
  });
});

describe('An execution that the reconciler starts', () => {
  it('has one name for each upload, purpose and hour, of a length that Step Functions accepts', () => {
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

  it('has an input in the format of the S3 event, with the ETag without quotes', () => {
    expect(workflowInput('sources', 'uploads/o/u/source', object)).toEqual({
      'detail-type': 'Object Created',
      source: 'reelgate.reconciler',
      detail: {
        bucket: { name: 'sources' },
        object: { key: 'uploads/o/u/source', size: 7, etag: 'abc-1', 'version-id': 'v1' },
      },
    });
    const unversioned = workflowInput('b', 'k', { ...object, versionId: undefined }).detail;
    expect(unversioned.object).not.toHaveProperty('version-id');
  });

  it('has the resumption in its input, and otherwise the same input for the same upload', () => {
    const resume = { execution: EXECUTION, jobId: 'job-1' };
    const input = (resumption?: typeof resume) => workflowInput('b', 'k', object, resumption);
    expect(input(resume)).toEqual({ ...input(), detail: { ...input().detail, resume } });
    expect(input().detail).not.toHaveProperty('resume');
  });
});
