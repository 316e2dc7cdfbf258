import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { REGION } from '../../shared/account.ts';
import type { Credentials } from '../../shared/caller.ts';
import type { Clock, Timer } from '../../shared/clock.ts';
import type { JobSettings } from '../settings/job-settings.ts';
import { FAILURE_CODES } from '../transcode/job-failure.ts';
import type { FromJob } from '../transcode/job-messages.ts';
import type { Job, JobStatus } from './job.ts';
import { type JobFact, jobEvent } from './job-events.ts';
import { type JobProcess, startJobProcess } from './job-process.ts';
import type { JobStore } from './job-store.ts';
import type { Outbox } from './outbox.ts';

export interface JobRunnerOptions {
  readonly store: JobStore;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** A new UUID. */
  readonly random: () => string;
  /** Contains a folder for each running job. */
  readonly workDir: string;
  readonly credentialsFor: (roleArn: string, sessionName: string) => Credentials;
  readonly s3Endpoint: () => string;
  readonly limits: JobLimits;
}

export interface JobLimits {
  /** The number of jobs that run at the same time. Others wait in the queue. */
  readonly maxConcurrentJobs: number;
  /** Time in ms after which a job fails with 1522. */
  readonly maxJobMs: number;
  /** Limit for the resident memory of a job's process. */
  readonly maxMemoryBytes: number;
}

interface Running {
  readonly process: JobProcess;
  readonly timers: Set<Timer>;
}

/** Runs the jobs of the queue in order, each in its own process. */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #running = new Map<string, Running>();
  #closed = false;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  /** Restarts the jobs that were running when the process was killed, then starts waiting jobs. */
  resume(): void {
    rmSync(this.#options.workDir, { recursive: true, force: true });
    for (const job of this.#options.store.withStatus('PROGRESSING')) this.#start(job);
    this.startWaitingJobs();
  }

  /** Starts waiting jobs up to the limit. */
  startWaitingJobs(): void {
    const { store, limits } = this.#options;
    while (!this.#closed && this.#running.size < limits.maxConcurrentJobs) {
      const next = store.nextSubmitted();
      if (next === undefined) return;
      const startedAt = this.#options.clock.now();
      const job = this.#change(
        next.id,
        ['SUBMITTED'],
        { status: 'PROGRESSING', startedAt, phase: 'PROBING', percent: 0 },
        { status: 'PROGRESSING' },
      );
      if (job !== undefined) this.#start(job);
    }
  }

  /** Cancels a job and kills its process. False if the job had already ended. */
  cancel(id: string): boolean {
    const finishedAt = this.#options.clock.now();
    const change = { status: 'CANCELED', finishedAt } as const;
    const canceled = this.#change(id, ['SUBMITTED', 'PROGRESSING'], change, { status: 'CANCELED' });
    this.#running.get(id)?.process.kill();
    return canceled !== undefined;
  }

  /** Kills all processes. Their jobs run again from the beginning after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    const ending = [...this.#running.values()].map(({ process, timers }) => {
      for (const timer of timers) timer.cancel();
      process.kill();
      return process.ended;
    });
    await Promise.all(ending);
  }

  #start(job: Job): void {
    const { workDir, limits, clock, credentialsFor, s3Endpoint } = this.#options;
    const folder = join(workDir, job.id);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const process = startJobProcess({
      order: {
        type: 'job',
        settings: job.settings as JobSettings,
        s3Endpoint: s3Endpoint(),
        region: REGION,
        folder,
        memoryLimit: limits.maxMemoryBytes,
      },
      credentials: () => credentialsFor(job.role, `EmeSession_${job.id}`),
      onMessage: (message) => this.#onMessage(job.id, message),
    });
    const timers = new Set<Timer>();
    this.#running.set(job.id, { process, timers });
    timers.add(clock.at(clock.now() + limits.maxJobMs, () => this.#timeOut(job.id)));
    this.#updateLater(job, timers);
    void process.ended.then(() => {
      for (const timer of timers) timer.cancel();
      this.#running.delete(job.id);
      rmSync(folder, { recursive: true, force: true });
      this.startWaitingJobs();
    });
  }

  /** Sends STATUS_UPDATE in each interval while the job runs. */
  #updateLater(job: Job, timers: Set<Timer>): void {
    const { clock } = this.#options;
    const interval = Number(job.statusUpdateInterval.replace('SECONDS_', '')) * 1000;
    const timer = clock.at(clock.now() + interval, () => {
      timers.delete(timer);
      if (this.#change(job.id, ['PROGRESSING'], {}, { status: 'STATUS_UPDATE' }) === undefined)
        return;
      this.#updateLater(job, timers);
    });
    timers.add(timer);
  }

  #timeOut(id: string): void {
    this.#onMessage(id, {
      type: 'failed',
      code: FAILURE_CODES.timedOut,
      message: 'An internal error has occurred and your job timed out.',
    });
    this.#running.get(id)?.process.kill();
  }

  #onMessage(id: string, message: FromJob): void {
    if (this.#closed) return;
    const from = ['PROGRESSING'] as const;
    const finishedAt = this.#options.clock.now();
    switch (message.type) {
      case 'input': {
        const inputDetails = message.details;
        this.#change(id, from, {}, { status: 'INPUT_INFORMATION', inputDetails });
        return;
      }
      case 'progress': {
        const { phase, phasePercent, framesDecoded } = message;
        const known = phasePercent === undefined ? {} : { percent: overall(phase, phasePercent) };
        const frames = phase === 'TRANSCODING' ? { framesDecoded } : {};
        this.#change(id, from, { phase, ...known, ...frames });
        return;
      }
      case 'done': {
        const { outputGroupDetails } = message;
        const change = {
          status: 'COMPLETE',
          finishedAt,
          percent: 100,
          outputGroupDetails,
        } as const;
        this.#change(id, from, change, { status: 'COMPLETE' });
        return;
      }
      case 'failed': {
        const { code: errorCode, message: errorMessage } = message;
        const change = { status: 'ERROR', finishedAt, errorCode, errorMessage } as const;
        this.#change(id, from, change, { status: 'ERROR' });
        return;
      }
      case 'needCredentials':
        return;
    }
  }

  #change(
    id: string,
    from: readonly JobStatus[],
    change: Partial<Job>,
    fact?: JobFact,
  ): Job | undefined {
    const { store, clock, random, outbox } = this.#options;
    const eventOf = fact && ((job: Job) => jobEvent(job, fact, clock.now(), random()));
    const changed = store.change(id, from, change, eventOf);
    if (eventOf !== undefined) outbox.flush();
    return changed;
  }
}

/** Most of a job's time is transcoding. The rest is the upload of the last outputs. */
function overall(phase: string, phasePercent: number): number {
  if (phase === 'UPLOADING') return 95;
  return phase === 'TRANSCODING' ? Math.floor(phasePercent * 0.95) : 0;
}
