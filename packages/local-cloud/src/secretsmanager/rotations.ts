import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Timer } from '../shared/clock.ts';
import { compileRotationSchedule, type RotationWindow } from './rotation-window.ts';
import type { SecretStore } from './secret-store.ts';
import { CURRENT, PENDING, pendingVersion } from './staging.ts';

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html */
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
export type RotationStep = (typeof STEPS)[number];

/**
 * AWS retries the whole rotation several times within its window, and documents neither number nor pauses. Five
 * runs within about a quarter of an hour are few enough to be noticed.
 */
const RETRY_DELAYS_MS = [60_000, 120_000, 240_000, 480_000];

export interface StepCall {
  readonly secretArn: string;
  readonly functionArn: string;
  readonly step: RotationStep;
  readonly version: string;
}

export interface RotationOptions {
  readonly database: DatabaseSync;
  readonly store: SecretStore;
  readonly clock: Clock;
  readonly random: () => string;
  /** Runs the rotation function. False if it failed. */
  readonly runStep: (call: StepCall) => Promise<boolean>;
  /** Called with an error of the engine itself, for example of a full disk. */
  readonly onError: (error: unknown) => void;
}

interface Job {
  readonly kind: 'rotation' | 'test';
  readonly version: string;
  readonly step: number;
  readonly attempts: number;
  readonly dueAt: number;
}

/**
 * Rotates secrets in the background: the steps one after the other, and the whole rotation again after a failure.
 * A rotation is stored until it ends. One that ran when the process was killed continues with the step that ran, so
 * a step can run twice, as on AWS.
 */
export class Rotations {
  readonly #options: RotationOptions;
  readonly #timers = new Map<string, Timer>();
  readonly #schedules = new Map<string, Timer>();
  readonly #running = new Set<string>();
  #closed = false;

  constructor(options: RotationOptions) {
    this.#options = options;
  }

  /** Begins a rotation and returns its version: the one of a rotation that has failed, or a new one. */
  begin(arn: string, token?: string): string {
    const { store, clock, random } = this.#options;
    const version = pendingVersion(store, arn) ?? token ?? random();
    const now = clock.now();
    store.atomically(() => {
      if (store.version(arn, version) === undefined) store.putVersion(arn, version, undefined, now);
      store.setLabel(arn, PENDING, version);
      this.#store(arn, { kind: 'rotation', version, step: 0, attempts: 0, dueAt: now });
    });
    this.#arm(arn);
    return version;
  }

  /**
   * Runs the step testSecret only, with a pending version that is removed at its end: the test of a configuration
   * that does not rotate at once.
   */
  test(arn: string): void {
    const { store, clock, random } = this.#options;
    if (pendingVersion(store, arn) !== undefined) return;
    const now = clock.now();
    const version = random();
    store.atomically(() => {
      store.putVersion(arn, version, undefined, now);
      store.setLabel(arn, PENDING, version);
      const step = STEPS.indexOf('testSecret');
      this.#store(arn, { kind: 'test', version, step, attempts: 0, dueAt: now });
    });
    this.#arm(arn);
  }

  /** Whether a rotation runs or will be tried again. */
  isPending(arn: string): boolean {
    return this.#job(arn) !== undefined;
  }

  /** Waits for the next window of a secret's schedule, and continues a rotation of an earlier process. */
  schedule(arn: string): void {
    this.#schedules.get(arn)?.cancel();
    const window = this.nextWindow(arn);
    if (window !== undefined && !this.#closed) {
      const opens = () => {
        if (!this.isPending(arn)) this.begin(arn);
        // Without a success, the schedule goes on with the next window.
        this.#options.store.scheduleFrom(arn, this.#options.clock.now());
        this.schedule(arn);
      };
      this.#schedules.set(arn, this.#options.clock.at(window.opens, this.#guarded(opens)));
    }
    this.#arm(arn);
  }

  nextWindow(arn: string): RotationWindow | undefined {
    const { rotation, scheduledFrom } = this.#options.store.find(arn) ?? {};
    if (rotation?.rules === undefined || scheduledFrom === undefined) return undefined;
    return compileRotationSchedule(rotation.rules)(scheduledFrom);
  }

  close(): void {
    this.#closed = true;
    for (const timer of [...this.#timers.values(), ...this.#schedules.values()]) timer.cancel();
  }

  #arm(arn: string): void {
    this.#timers.get(arn)?.cancel();
    const job = this.#job(arn);
    if (job === undefined || this.#closed || this.#running.has(arn)) return;
    const start = () => {
      this.#running.add(arn);
      this.#run(arn)
        .catch((error: unknown) => this.#options.onError(error))
        .finally(() => {
          this.#running.delete(arn);
          if (!this.#closed) this.#guarded(() => this.#arm(arn))();
        });
    };
    this.#timers.set(arn, this.#options.clock.at(job.dueAt, start));
  }

  /** Runs the steps that are left, and stores the end or the next attempt. */
  async #run(arn: string): Promise<void> {
    const { store, clock } = this.#options;
    for (let job = this.#job(arn); job !== undefined; job = this.#job(arn)) {
      const functionArn = store.find(arn)?.rotation?.lambda;
      const step = STEPS[job.step];
      if (functionArn === undefined || step === undefined) return this.#end(arn);
      const { version } = job;
      const passed = await this.#options.runStep({ secretArn: arn, functionArn, step, version });
      // A step that the shutdown has interrupted has not failed; the next process repeats it.
      if (this.#closed) return;
      const isLast = job.kind === 'test' || job.step === STEPS.length - 1;
      const succeeded = passed && (job.kind === 'test' || !isLast || this.#isCurrent(arn, version));
      if (succeeded && !isLast) {
        this.#store(arn, { ...job, step: job.step + 1 });
        continue;
      }
      const delay = RETRY_DELAYS_MS[job.attempts];
      if (job.kind === 'test') store.atomically(() => store.removeVersion(arn, version));
      else if (succeeded) store.setRotated(arn, clock.now());
      else if (delay !== undefined) {
        const dueAt = clock.now() + delay;
        return this.#store(arn, { ...job, step: 0, attempts: job.attempts + 1, dueAt });
      }
      this.#end(arn);
      this.schedule(arn);
      return;
    }
  }

  /** The last step of a function must make the new version the current one. */
  #isCurrent(arn: string, version: string): boolean {
    return this.#options.store.labels(arn).get(CURRENT) === version;
  }

  #guarded(action: () => void): () => void {
    return () => {
      try {
        action();
      } catch (error) {
        this.#options.onError(error);
      }
    };
  }

  #job(arn: string): Job | undefined {
    const row = this.#options.database.prepare('SELECT * FROM rotations WHERE secret = ?').get(arn);
    return (
      row && {
        kind: row.kind === 'test' ? 'test' : 'rotation',
        version: String(row.version),
        step: Number(row.step),
        attempts: Number(row.attempts),
        dueAt: Number(row.due_at),
      }
    );
  }

  #store(arn: string, job: Job): void {
    this.#options.database
      .prepare('INSERT OR REPLACE INTO rotations VALUES (?, ?, ?, ?, ?, ?)')
      .run(arn, job.kind, job.version, job.step, job.attempts, job.dueAt);
  }

  #end(arn: string): void {
    this.#options.database.prepare('DELETE FROM rotations WHERE secret = ?').run(arn);
  }
}
