import fc from 'fast-check';
import type { AdmissionLimits } from '../../../../core/transcoding/admission.ts';
import { admitUpload } from '../../../../functions/use-cases/admit-upload.ts';
import { endJob } from '../../../../functions/use-cases/end-job.ts';
import { leaveQueue } from '../../../../functions/use-cases/leave-queue.ts';
import { reconcileSlots } from '../../../../functions/use-cases/reconcile-slots.ts';
import { AdmissionFixture, idOf, tokenOf } from '../../../kit/ports/admission-fixture.ts';
import { NOW } from '../../../kit/ports/upload-fixture.ts';

type Step =
  /** Uploads of these owners ask for slots at once. */
  | { readonly kind: 'ask'; readonly owners: readonly number[] }
  /** This many jobs end at once; their events arrive twice. */
  | { readonly kind: 'end'; readonly count: number }
  /** The upload that has waited longest is cancelled. */
  | { readonly kind: 'cancel' }
  | { readonly kind: 'reconcile' };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('ask' as const),
    owners: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('end' as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('cancel' as const) }),
  fc.record({ kind: fc.constant('reconcile' as const) }),
);
const anyLimits: fc.Arbitrary<AdmissionLimits> = fc.record({
  jobsAtOnce: fc.integer({ min: 1, max: 4 }),
  jobsAtOncePerOwner: fc.integer({ min: 1, max: 3 }),
});

/** A deployment whose functions run at the same time: the scheduler decides the order of their requests. */
class Deployment {
  readonly fixture: AdmissionFixture;
  readonly ports: AdmissionFixture['ports'];
  readonly #limits: AdmissionLimits;
  readonly cancelled = new Set<number>();
  readonly ended = new Set<number>();
  #count = 0;

  constructor(limits: AdmissionLimits, scheduler: fc.Scheduler) {
    this.#limits = limits;
    this.fixture = new AdmissionFixture(limits);
    const scheduled = <Port extends object>(port: Port): Port =>
      Object.fromEntries(
        Object.entries(port).map(([name, run]) => [name, scheduler.scheduleFunction(run)]),
      ) as Port;
    const { ports } = this.fixture;
    this.ports = {
      ...ports,
      uploads: scheduled(ports.uploads),
      admission: scheduled(ports.admission),
      callbacks: scheduled(ports.callbacks),
    };
  }

  get count(): number {
    return this.#count;
  }

  /** Numbers of uploads whose jobs run. */
  running(): number[] {
    const { slots, resumed } = this.fixture.memory.admission;
    const isKnown = (number: number) =>
      this.fixture.item(number).slotAt === undefined || resumed.includes(tokenOf(number));
    return slots.holders.map((id) => Number(id.slice(-12))).filter(isKnown);
  }

  async play(step: Step, at: number): Promise<void> {
    switch (step.kind) {
      case 'ask':
        await Promise.all(step.owners.map((owner) => this.#ask(`owner-${owner}`, at)));
        return;
      case 'end': {
        const ends = this.running().slice(0, step.count);
        for (const number of ends) this.#end(number);
        await Promise.all(
          [...ends, ...ends].map((number) => endJob(this.ports, this.fixture.endOf(number), at)),
        );
        return;
      }
      case 'cancel':
        await this.#cancel(at);
        return;
      case 'reconcile':
        await reconcileSlots(this.ports, at);
    }
  }

  async #ask(owner: string, at: number): Promise<void> {
    this.#count += 1;
    const number = this.#count;
    this.fixture.add(number, owner);
    if (this.fixture.takeAtOnce(number)) return;
    await admitUpload(this.ports, this.fixture.request(number), at + number);
  }

  /** As Publish does. */
  #end(number: number): void {
    this.ended.add(number);
    const reason = { code: 'workflow_failed' };
    this.fixture.memory.table.set(idOf(number), { status: 'failed', reason });
  }

  async #cancel(at: number): Promise<void> {
    const items = [...this.fixture.memory.table.items.values()];
    const waiting = items.find(
      ({ status, queueKey }) => status === 'transcoding' && queueKey !== undefined,
    );
    if (!waiting) return;
    this.cancelled.add(Number(waiting.uploadId.slice(-12)));
    const reason = { code: 'cancelled_by_owner' };
    this.fixture.memory.table.set(waiting.uploadId, { status: 'cancelled', reason });
    await leaveQueue(this.ports, waiting, at);
  }

  /** Nothing runs at this moment. */
  check(): void {
    const { admission } = this.fixture.memory;
    expect(admission.slots.holders.length).toBeLessThanOrEqual(this.#limits.jobsAtOnce);
    const queued = [...admission.queues].flatMap(([owner, queue]) =>
      queue.size > 0 ? [owner] : [],
    );
    const inRing = queued.filter(
      (owner) => admission.share(owner).jobs.length < this.#limits.jobsAtOncePerOwner,
    );
    expect([...admission.ring].map((sk) => sk.split('#')[2]).sort()).toEqual([...inRing].sort());
    expect(admission.slots.waitingOwners).toBe(inRing.length);
    const jobs: string[] = [];
    for (const owner of [0, 1, 2, 3].map((n) => `owner-${n}`)) {
      const share = admission.share(owner);
      expect(share.jobs.length).toBeLessThanOrEqual(this.#limits.jobsAtOncePerOwner);
      expect(share.waitingJobs).toBe(admission.queues.get(owner)?.size ?? 0);
      jobs.push(...share.jobs);
    }
    expect([...jobs].sort()).toEqual([...admission.slots.holders].sort());
    // No slot stays free while an owner is in the ring.
    const isFull = admission.slots.holders.length === this.#limits.jobsAtOnce;
    expect(isFull || inRing.length === 0).toBe(true);
  }
}

describe('Functions that run at the same time', () => {
  it('never exceed a limit, never leave a slot unused, and start every upload once', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyLimits,
        fc.array(anyStep, { minLength: 1, maxLength: 14 }),
        fc.scheduler(),
        async (limits, steps, scheduler) => {
          const deployment = new Deployment(limits, scheduler);
          for (const [index, step] of steps.entries()) {
            await scheduler.waitFor(deployment.play(step, NOW + index * 1_000));
            deployment.check();
          }
          for (let round = 0; deployment.running().length > 0; round += 1) {
            await scheduler.waitFor(deployment.play({ kind: 'end', count: 3 }, NOW + round));
            deployment.check();
          }
          const { admission } = deployment.fixture.memory;
          expect(new Set(admission.resumed).size).toBe(admission.resumed.length);
          const all = Array.from({ length: deployment.count }, (_, index) => index + 1);
          const { ended, cancelled } = deployment;
          expect(all.filter((number) => !ended.has(number) && !cancelled.has(number))).toEqual([]);
        },
      ),
      { numRuns: 80 },
    );
  });
});
