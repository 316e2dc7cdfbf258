import type { AdmissionLimits } from '../../../core/transcoding/admission.ts';
import { admitUpload } from '../../../functions/use-cases/admit-upload.ts';
import { endJob } from '../../../functions/use-cases/end-job.ts';
import { reconcileSlots } from '../../../functions/use-cases/reconcile-slots.ts';
import { AdmissionFixture, idOf } from '../../../test/kit/ports/admission-fixture.ts';
import { NOW } from '../../../test/kit/ports/upload-fixture.ts';
import { EventQueue } from './event-queue.ts';

export interface Burst {
  readonly limits: AdmissionLimits;
  /** The uploads in the order of their arrival. */
  readonly arrivals: readonly { readonly owner: string; readonly atSeconds: number }[];
  readonly jobSeconds: number;
  /** MediaConvert's limit for CreateJob, a second; as many may come at once. */
  readonly jobsPerSecond: number;
  readonly random: () => number;
}

export interface SimulatedBurst {
  /** Numbers of the uploads in the order in which their jobs were created, by owner. */
  readonly startedBy: ReadonlyMap<string, readonly number[]>;
  /** Ends of jobs before the job of an upload was created, counted from its arrival, by number of the upload. */
  readonly endsBefore: ReadonlyMap<number, number>;
  /** Numbers of the uploads whose jobs have ended. */
  readonly ended: ReadonlySet<number>;
  /** Uploads that got a slot in the transaction of the workflow. */
  readonly atOnce: number;
  /** Requests to DynamoDB, Step Functions and MediaConvert, and invocations, without those of an upload that never waits. */
  readonly calls: number;
  /** Transactions that contain the slots. */
  readonly slotWrites: number;
  readonly refusedJobs: number;
  readonly maxJobs: number;
  readonly maxJobsOfOwner: number;
  /** From the first arrival to the last end. */
  readonly seconds: number;
}

type Event =
  | { readonly kind: 'arrive' | 'create' | 'end'; readonly upload: number; readonly retry: number }
  | { readonly kind: 'reconcile' };

/** Functions whose events come within this time run at the same time. */
const AT_ONCE_MS = 100;
const RECONCILE_MS = 300_000;
const MAX_RETRIES = 4;

/**
 * A burst of uploads at the use cases of the product, with the table in memory and simulated jobs: the workflow's
 * RecordOwnership, AwaitSlot and CreateJob with its retries, MediaConvert's rate and events, and the reconciler.
 */
export async function simulateBurst(burst: Burst): Promise<SimulatedBurst> {
  const fixture = new AdmissionFixture(burst.limits);
  const { admission, table } = fixture.memory;
  const counted = countedPorts(fixture);
  const queue = new EventQueue<Event>();
  const visits = new Map<number, number>();
  const arrivedAfter = new Map<number, number>();
  const endsBefore = new Map<number, number>();
  const startedBy = new Map<string, number[]>();
  const ended = new Set<number>();
  const running = new Map<string, number>();
  let [atOnce, refusedJobs, maxJobs, maxJobsOfOwner, jobs, resumed] = [0, 0, 0, 0, 0, 0];
  let seconds = 0;
  let [tokens, filledAt] = [burst.jobsPerSecond, 0];

  burst.arrivals.forEach(({ atSeconds }, index) => {
    queue.add(atSeconds * 1_000, { kind: 'arrive', upload: index + 1, retry: 0 });
  });
  queue.add(RECONCILE_MS, { kind: 'reconcile' });

  const ownerOf = (upload: number) => burst.arrivals[upload - 1]?.owner ?? '';

  /** The state AwaitSlot is entered once more. */
  const ask = async (upload: number, refused: boolean, at: number) => {
    const visit = (visits.get(upload) ?? 0) + 1;
    visits.set(upload, visit);
    counted.add(1);
    await admitUpload(counted.ports, fixture.request(upload, visit, refused), NOW + at);
  };

  const arrive = async (upload: number, at: number) => {
    fixture.add(upload, ownerOf(upload));
    arrivedAfter.set(upload, ended.size);
    if (fixture.takeAtOnce(upload)) {
      atOnce += 1;
      queue.add(at, { kind: 'create', upload, retry: 0 });
    } else await ask(upload, false, at);
  };

  const create = async (upload: number, retry: number, at: number) => {
    counted.add(1);
    tokens = Math.min(
      burst.jobsPerSecond,
      tokens + ((at - filledAt) / 1_000) * burst.jobsPerSecond,
    );
    filledAt = at;
    if (tokens < 1) {
      refusedJobs += 1;
      const pause = 2_000 * 2 ** retry * burst.random();
      if (retry < MAX_RETRIES) queue.add(at + pause, { kind: 'create', upload, retry: retry + 1 });
      else await ask(upload, true, at);
      return;
    }
    tokens -= 1;
    const owner = ownerOf(upload);
    startedBy.set(owner, [...(startedBy.get(owner) ?? []), upload]);
    endsBefore.set(upload, ended.size - (arrivedAfter.get(upload) ?? 0));
    jobs += 1;
    running.set(owner, (running.get(owner) ?? 0) + 1);
    maxJobs = Math.max(maxJobs, jobs);
    maxJobsOfOwner = Math.max(maxJobsOfOwner, running.get(owner) ?? 0);
    const lasts = burst.jobSeconds * (0.5 + burst.random()) * 1_000;
    queue.add(at + lasts, { kind: 'end', upload, retry: 0 });
  };

  const end = async (upload: number, at: number) => {
    ended.add(upload);
    seconds = at / 1_000;
    jobs -= 1;
    running.set(ownerOf(upload), (running.get(ownerOf(upload)) ?? 0) - 1);
    counted.add(1);
    await endJob(counted.ports, fixture.endOf(upload, 'COMPLETE', NOW + at), NOW + at);
    // Nothing reads it any more, and a long simulation has many.
    table.items.delete(idOf(upload));
  };

  const handle = async (event: Event, at: number): Promise<void> => {
    switch (event.kind) {
      case 'arrive':
        return arrive(event.upload, at);
      case 'create':
        return create(event.upload, event.retry, at);
      case 'end':
        return end(event.upload, at);
      case 'reconcile':
        if (ended.size < burst.arrivals.length) queue.add(at + RECONCILE_MS, event);
        await reconcileSlots(counted.ports, NOW + at);
    }
  };

  for (let next = queue.take(AT_ONCE_MS); next; next = queue.take(AT_ONCE_MS)) {
    const { at, events } = next;
    await Promise.all(events.map((event) => handle(event, at)));
    for (; resumed < admission.resumed.length; resumed += 1) {
      const upload = Number(admission.resumed[resumed]?.split('-')[1]);
      queue.add(at, { kind: 'create', upload, retry: 0 });
    }
  }
  const { calls, slotWrites } = counted.totals();
  return {
    startedBy,
    endsBefore,
    ended,
    atOnce,
    calls,
    slotWrites,
    refusedJobs,
    maxJobs,
    maxJobsOfOwner,
    seconds,
  };
}

/** The ports of the functions; every request to them is a request to AWS. */
function countedPorts({ ports }: AdmissionFixture) {
  let [calls, slotWrites] = [0, 0];
  const count = <Port extends object>(port: Port): Port =>
    Object.fromEntries(
      Object.entries(port).map(([name, run]) => [
        name,
        (...args: unknown[]) => {
          calls += 1;
          const [change] = args as [{ before?: { slots: unknown }; after?: { slots: unknown } }];
          if (name === 'change' && change.before?.slots !== change.after?.slots) slotWrites += 1;
          return run(...args);
        },
      ]),
    ) as Port;
  return {
    ports: {
      ...ports,
      uploads: count(ports.uploads),
      admission: count(ports.admission),
      callbacks: count(ports.callbacks),
    },
    add(more: number): void {
      calls += more;
    },
    totals: () => ({ calls, slotWrites }),
  };
}
