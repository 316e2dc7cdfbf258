import type { CloudEvent } from '../../shared/events.ts';
import type { InputDetail } from '../transcode/job-messages.ts';
import { JOB_OWNER, type Job } from './job.ts';

/** An event of a job, with the members that only this event has. */
export type JobFact =
  | { readonly status: 'PROGRESSING' | 'COMPLETE' | 'ERROR' | 'CANCELED' | 'STATUS_UPDATE' }
  | { readonly status: 'INPUT_INFORMATION'; readonly inputDetails: readonly InputDetail[] };

/**
 * A `MediaConvert Job State Change` event. The timestamp in its detail is in milliseconds.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_event_list.html
 */
export function jobEvent(job: Job, fact: JobFact, now: number, id: string): CloudEvent {
  return {
    version: '0',
    id,
    'detail-type': 'MediaConvert Job State Change',
    source: 'aws.mediaconvert',
    account: JOB_OWNER.account,
    time: `${new Date(now).toISOString().slice(0, 19)}Z`,
    region: JOB_OWNER.region,
    resources: [job.arn],
    detail: {
      timestamp: now,
      accountId: JOB_OWNER.account,
      queue: job.queue,
      jobId: job.id,
      status: fact.status,
      userMetadata: job.userMetadata,
      ...memberOf(job, fact),
    },
  };
}

function memberOf(job: Job, fact: JobFact): Record<string, unknown> {
  switch (fact.status) {
    case 'COMPLETE':
      return { warnings: [], outputGroupDetails: job.outputGroupDetails ?? [] };
    case 'ERROR':
      return { errorCode: job.errorCode, errorMessage: job.errorMessage };
    case 'INPUT_INFORMATION':
      return { inputDetails: fact.inputDetails };
    case 'STATUS_UPDATE':
      return { framesDecoded: job.framesDecoded ?? 0, jobProgress: progressOf(job) };
    default:
      return {};
  }
}

const PHASES = ['PROBING', 'TRANSCODING', 'UPLOADING'] as const;

function progressOf(job: Job): Record<string, unknown> {
  const current = PHASES.indexOf(job.phase ?? 'PROBING');
  const phaseProgress = PHASES.map((phase, index) => {
    if (index < current) return [phase, { status: 'COMPLETE', percentComplete: 100 }];
    if (index > current) return [phase, { status: 'PENDING', percentComplete: 0 }];
    const percentComplete = phase === 'TRANSCODING' ? (job.percent ?? 0) : 0;
    return [phase, { status: 'PROGRESSING', percentComplete }];
  });
  return {
    phaseProgress: Object.fromEntries(phaseProgress),
    jobPercentComplete: job.percent ?? 0,
    currentPhase: PHASES[current],
    retryCount: 0,
  };
}
