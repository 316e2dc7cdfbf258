import { randomUUID } from 'node:crypto';
import { GetJobCommand } from '@aws-sdk/client-mediaconvert';
import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { FaultRuleInput, ReportedRule } from '@reelgate/local-cloud';
import type { Status } from '../../../core/contract/lifecycle.ts';
import type { FormGrant } from '../../../core/contract/wire.ts';
import { type UploadItem, uploadItemKey } from '../../../core/uploads/records.ts';
import { executionsOf, itemOf, jobsOf } from './upload-facts.ts';
import type { Begun, Worker } from './worker.ts';

/** What tells this run's calls from those of others, as it becomes known. */
interface Names {
  readonly key: string;
  readonly owner: string;
  readonly upload?: string;
  readonly execution?: string;
  readonly job?: string;
}

/** A rule, and by which name its calls are those of one run; `nobody` where nothing else may run beside. */
export interface PlannedFault {
  readonly rule: FaultRuleInput;
  readonly by: keyof Names | 'nobody';
}

/** Longer than every retry that the pipeline makes for a fault which passes. */
const MAX_WAIT_MS = 300_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One upload on its scenario through the hosted stacks, while what was planned fails. */
export class ScenarioRun {
  readonly worker: Worker;
  readonly file: Uint8Array;
  readonly began = Date.now();
  /** Ids of the rules that were added. */
  readonly rules: string[] = [];
  /** What had to be done beside waiting: `reconciled 2 times`. */
  reconciled = 0;
  readonly #arranged: string[] = [];
  #approved = '';
  #lifted: ReportedRule[] = [];
  #planned: readonly PlannedFault[];
  #names: Names;

  constructor(worker: Worker, file: Uint8Array, planned: readonly PlannedFault[]) {
    this.worker = worker;
    this.file = file;
    this.#planned = planned;
    this.#names = { key: randomUUID(), owner: worker.owner };
  }

  get id(): string {
    if (this.#names.upload === undefined) throw new Error('There is no upload yet.');
    return this.#names.upload;
  }

  /** Whether a rule still waits for this name. */
  waitsFor(name: keyof Names): boolean {
    return this.#planned.some(({ by }) => by === name);
  }

  /** Adds the rules that these names make exact. */
  async know(names: Partial<Names>): Promise<void> {
    this.#names = { ...this.#names, ...names };
    const ready = this.#planned.filter(
      ({ by }) => by === 'nobody' || this.#names[by] !== undefined,
    );
    if (ready.length === 0) return;
    this.#planned = this.#planned.filter((fault) => !ready.includes(fault));
    const rules = ready.map(({ rule, by }) =>
      by === 'nobody' ? rule : named(rule, this.#names[by] ?? ''),
    );
    const added = await this.worker.cloud.control.add(...rules);
    this.rules.push(...added.map(({ id }) => id));
  }

  /** A fault that belongs to the scenario itself, and is none of those that the row is about. */
  async arrange(
    rule: FaultRuleInput,
    by: 'upload' | 'job' = 'upload',
  ): Promise<() => Promise<void>> {
    const [added] = await this.worker.cloud.control.add(named(rule, this.#names[by] ?? ''));
    if (added !== undefined) this.#arranged.push(added.id);
    return () => this.worker.cloud.control.remove(added?.id);
  }

  /** Faults that no name has come for. */
  get unplanned(): number {
    return this.#planned.length;
  }

  /** What has come of the row's own faults. */
  async reports(): Promise<ReportedRule[]> {
    const rules = await this.worker.cloud.control.rules();
    return [...this.#lifted, ...rules.filter(({ id }) => this.rules.includes(id))];
  }

  /** The faults are over. */
  async lift(): Promise<void> {
    this.#lifted = await this.reports();
    for (const id of this.rules.splice(0)) await this.worker.cloud.control.remove(id);
  }

  /** Waits until the faults have happened so often. */
  async untilApplied(times: number): Promise<void> {
    for (const end = performance.now() + MAX_WAIT_MS; performance.now() < end; ) {
      if ((await this.reports()).every(({ applied }) => applied >= times)) return;
      await pause(100);
    }
  }

  /** Takes away every rule of this run. */
  async clear(): Promise<void> {
    for (const id of [...this.rules, ...this.#arranged]) {
      await this.worker.cloud.control.remove(id).catch(() => undefined);
    }
  }

  async begin(): Promise<Begun> {
    await this.know({});
    const begun = await this.worker.create(this.file, this.#names.key);
    await this.know({ upload: begun.upload.id });
    return begun;
  }

  async beginForm(): Promise<FormGrant> {
    await this.know({});
    const { upload, grant } = await this.worker.createForm(this.file, this.#names.key);
    await this.know({ upload: upload.id });
    return grant;
  }

  item(): Promise<UploadItem> {
    return itemOf(this.worker.cloud, this.id);
  }

  /** The record as it is now; where a moderator is waited for, there is one who approves. */
  async look(): Promise<UploadItem> {
    const item = await this.item();
    const { reviewToken: taskToken } = item;
    if (item.status !== 'in_review' || taskToken === undefined || taskToken === this.#approved) {
      return item;
    }
    this.#approved = taskToken;
    const output = '{"decision":"approved"}';
    await this.worker.cloud.states
      .send(new SendTaskSuccessCommand({ taskToken, output }))
      // The answer to its writing was lost, and the task begins again with a token of its own.
      .catch((error: Error) => {
        if (error.name !== 'TaskTimedOut') throw error;
      });
    return item;
  }

  /** Waits until the record is one of `wanted`; answers undefined after the longest wait. */
  async until(wanted: readonly Status[], longest = MAX_WAIT_MS): Promise<UploadItem | undefined> {
    const end = performance.now() + longest;
    for (;;) {
      const item = await this.look();
      if (wanted.includes(item.status)) return item;
      if (performance.now() > end) return undefined;
      await pause(60);
    }
  }

  async untilJob(): Promise<string> {
    for (const end = performance.now() + MAX_WAIT_MS; performance.now() < end; ) {
      const [job] = await jobsOf(this.worker.cloud, this.id);
      if (job !== undefined) return job;
      await pause(60);
    }
    throw new Error(`Upload ${this.id} got no job.`);
  }

  /** Waits until an execution that names this upload has ended. */
  async untilExecution(): Promise<void> {
    for (const end = performance.now() + MAX_WAIT_MS; performance.now() < end; ) {
      await this.look();
      const found = await executionsOf(this.worker.cloud, this.id, this.began);
      if (found.some(({ status }) => status !== 'RUNNING')) return;
      await pause(100);
    }
    throw new Error(`No execution of upload ${this.id} has ended.`);
  }

  async untilJobEnded(job: string): Promise<void> {
    for (const end = performance.now() + MAX_WAIT_MS; performance.now() < end; ) {
      const { Job } = await this.worker.cloud.transcoder.send(new GetJobCommand({ Id: job }));
      if (Job?.Status === 'COMPLETE' || Job?.Status === 'ERROR') return;
      await pause(60);
    }
    throw new Error(`Job ${job} did not end.`);
  }

  /** Writes what only time or an operator could bring about. */
  async rewrite(
    changes: Partial<Pick<UploadItem, 'status' | 'deadline' | 'timeline' | 'statusShard'>>,
  ) {
    const names = Object.keys(changes);
    const { cloud, table } = this.worker.cloud;
    await table.send(
      new UpdateCommand({
        TableName: cloud.hosted.table,
        Key: uploadItemKey(this.id),
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(
          Object.entries(changes).map(([name, value]) => [`:${name}`, value]),
        ),
      }),
    );
  }

  /** Has the reconciler run until a run has gone through, as its schedule would. */
  async reconcile(): Promise<void> {
    for (let run = 1; run <= MAX_RUNS; run += 1) {
      this.reconciled += 1;
      if (await this.worker.cloud.reconciling.run()) return;
    }
    throw new Error(`The reconciler has failed ${MAX_RUNS} times.`);
  }
}

/** Lanes share the runs, and each may have a fault in several of them. */
const MAX_RUNS = 12;

/** Operations that name a job in their path and have no body. */
const OF_A_JOB = ['GetJob', 'CancelJob'];

function named(rule: FaultRuleInput, name: string): FaultRuleInput {
  const byResource = rule.service === 's3' || OF_A_JOB.includes(rule.operation ?? '');
  return { ...rule, [byResource ? 'resource' : 'contains']: name };
}
