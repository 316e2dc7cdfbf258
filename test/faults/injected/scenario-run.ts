import { randomUUID } from 'node:crypto';
import { GetJobCommand } from '@aws-sdk/client-mediaconvert';
import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { FaultRuleInput, ReportedRule } from '@reelgate/local-cloud';
import type { Status } from '../../../core/contract/lifecycle.ts';
import type { FormGrant, PutGrant } from '../../../core/contract/wire.ts';
import { type UploadItem, uploadItemKey } from '../../../core/uploads/records.ts';
import { executionsOf, itemOf, jobsOf } from './upload-facts.ts';
import type { Begun, Worker } from './worker.ts';

/** Names that distinguish this run's calls from other runs' calls, as they become known. */
interface Names {
  readonly key: string;
  readonly owner: string;
  readonly upload?: string;
  readonly execution?: string;
  readonly job?: string;
}

/** A rule, and the name that limits it to one run; `nobody` if the row must run alone. */
export interface PlannedFault {
  readonly rule: FaultRuleInput;
  readonly by: keyof Names | 'nobody';
}

/** Longer than every retry of the pipeline for a transient fault, in ms. */
const MAX_WAIT_MS = 300_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One upload in a scenario through the hosted stacks, with the planned faults. */
export class ScenarioRun {
  readonly worker: Worker;
  readonly file: Uint8Array;
  readonly began = Date.now();
  /** Ids of the rules that were added. */
  readonly rules: string[] = [];
  /** What was needed besides waiting: `reconciled 2 times`. */
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

  /** Returns whether a rule still waits for this name. */
  waitsFor(name: keyof Names): boolean {
    return this.#planned.some(({ by }) => by === name);
  }

  /** Adds the rules that can now be limited to this run. */
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

  /** Adds a fault that is part of the scenario and not of the row. */
  async arrange(
    rule: FaultRuleInput,
    by: 'upload' | 'job' = 'upload',
  ): Promise<() => Promise<void>> {
    const [added] = await this.worker.cloud.control.add(named(rule, this.#names[by] ?? ''));
    if (added !== undefined) this.#arranged.push(added.id);
    return () => this.worker.cloud.control.remove(added?.id);
  }

  /** Faults whose name never became known. */
  get unplanned(): number {
    return this.#planned.length;
  }

  /** The state of the row's own faults. */
  async reports(): Promise<ReportedRule[]> {
    const rules = await this.worker.cloud.control.rules();
    return [...this.#lifted, ...rules.filter(({ id }) => this.rules.includes(id))];
  }

  /** Ends the faults. */
  async lift(): Promise<void> {
    this.#lifted = await this.reports();
    for (const id of this.rules.splice(0)) await this.worker.cloud.control.remove(id);
  }

  /** Waits until the faults have been applied this many times. */
  async untilApplied(times: number): Promise<void> {
    for (const end = performance.now() + MAX_WAIT_MS; performance.now() < end; ) {
      if ((await this.reports()).every(({ applied }) => applied >= times)) return;
      await pause(100);
    }
  }

  /** Removes every rule of this run. */
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
    const { upload, grant } = await this.worker.createSingle('post', this.file, this.#names.key);
    await this.know({ upload: upload.id });
    return grant;
  }

  async beginPut(): Promise<PutGrant> {
    await this.know({});
    const { upload, grant } = await this.worker.createSingle('put', this.file, this.#names.key);
    await this.know({ upload: upload.id });
    return grant;
  }

  item(): Promise<UploadItem> {
    return itemOf(this.worker.cloud, this.id);
  }

  /** Reads the record; approves the upload if it waits for a review. */
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
      // The response to its write was lost, and the task starts again with a new token.
      .catch((error: Error) => {
        if (error.name !== 'TaskTimedOut') throw error;
      });
    return item;
  }

  /** Waits until the record has a status in `wanted`; returns undefined after the maximum wait. */
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

  /** Changes the record in a way that only time or an operator could. */
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

  /** Runs the reconciler until a run succeeds, as its schedule does. */
  async reconcile(): Promise<void> {
    for (let run = 1; run <= MAX_RUNS; run += 1) {
      this.reconciled += 1;
      if (await this.worker.cloud.reconciling.run()) return;
    }
    throw new Error(`The reconciler has failed ${MAX_RUNS} times.`);
  }
}

/** Workers share the runs, and each may inject a fault into several of them. */
const MAX_RUNS = 12;

/** Operations with the job in the path and without a body. */
const OF_A_JOB = ['GetJob', 'CancelJob'];

function named(rule: FaultRuleInput, name: string): FaultRuleInput {
  const byResource = rule.service === 's3' || OF_A_JOB.includes(rule.operation ?? '');
  return { ...rule, [byResource ? 'resource' : 'contains']: name };
}
