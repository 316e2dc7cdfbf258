import fc from 'fast-check';
import {
  type Admission,
  type AdmissionLimits,
  estimatedWaitSeconds,
  hasFreeSlot,
  NO_SHARE,
  NO_SLOTS,
  type OwnerShare,
  outOfRing,
  queued,
  released,
  type Slots,
  started,
  unqueued,
} from '../../../../core/transcoding/admission.ts';

const NOW = Date.parse('2026-03-04T05:06:07.890Z');
const limits: AdmissionLimits = { jobsAtOnce: 3, jobsAtOncePerOwner: 2 };
const AT = new Date(NOW).toISOString();
const empty: Admission = { at: AT, slots: NO_SLOTS, share: NO_SHARE };
const with_ = (slots: Partial<Slots>, share: Partial<OwnerShare> = {}): Admission => ({
  at: AT,
  slots: { ...NO_SLOTS, ...slots },
  share: { ...NO_SHARE, ...share },
});

describe('A slot is free', () => {
  it('while fewer uploads than the limit have one', () => {
    const holding = (holders: string[]) => hasFreeSlot({ ...NO_SLOTS, holders }, limits, NOW);
    expect(holding(['a', 'b'])).toBe(true);
    expect(holding(['a', 'b', 'c'])).toBe(false);
    expect(hasFreeSlot(NO_SLOTS, { ...limits, jobsAtOnce: 0 }, NOW)).toBe(false);
  });

  it('from the end of a pause', () => {
    const pausedUntil = new Date(NOW).toISOString();
    expect(hasFreeSlot({ ...NO_SLOTS, pausedUntil }, limits, NOW - 1)).toBe(false);
    expect(hasFreeSlot({ ...NO_SLOTS, pausedUntil }, limits, NOW)).toBe(true);
  });
});

describe('An upload that waits', () => {
  it('brings its owner into the ring, with the ticket of the current round', () => {
    expect(queued(with_({ turn: 7 }), 'u', limits)).toEqual(
      with_({ turn: 7, waitingOwners: 1 }, { waitingJobs: 1, ticket: 7, ticketAt: AT }),
    );
  });

  it('of an owner that has started one in this round gets the next ticket', () => {
    const { share } = queued(with_({ turn: 7 }, { turn: 7 }), 'u', limits);
    expect(share.ticket).toBe(8);
  });

  it('does not bring an owner into the ring that has as many jobs as it may have', () => {
    const { slots, share } = queued(with_({}, { jobs: ['a', 'b'] }), 'u', limits);
    expect([slots.waitingOwners, share]).toEqual([
      0,
      { jobs: ['a', 'b'], waitingJobs: 1, turn: 0 },
    ]);
  });

  it('gives back the slot that it had', () => {
    const before = with_({ holders: ['u', 'v'] }, { jobs: ['u'] });
    const { slots, share } = queued(before, 'u', limits);
    expect([slots.holders, share.jobs, share.waitingJobs]).toEqual([['v'], [], 1]);
  });

  it('leaves the queue, and the last one takes its owner out of the ring', () => {
    const two = with_({ waitingOwners: 4 }, { waitingJobs: 2, ticket: 3 });
    const one = unqueued(two);
    expect(one).toEqual(with_({ waitingOwners: 4 }, { waitingJobs: 1, ticket: 3 }));
    expect(unqueued(one)).toEqual(
      with_({ waitingOwners: 3 }, { waitingJobs: 0, ticket: undefined, ticketAt: undefined }),
    );
  });
});

describe('A start', () => {
  it('takes a slot and moves the round, and the owner stays in the ring with the next ticket', () => {
    const before = with_({ turn: 4, waitingOwners: 2 }, { waitingJobs: 2, ticket: 5 });
    expect(started(before, 'u', limits)).toEqual(
      with_(
        { holders: ['u'], turn: 5, waitingOwners: 2 },
        { jobs: ['u'], waitingJobs: 1, turn: 5, ticket: 6, ticketAt: AT },
      ),
    );
  });

  it.each([
    ['nothing else waits', { waitingJobs: 1 }],
    ['it has as many jobs as it may have', { waitingJobs: 2, jobs: ['a'] }],
  ])('takes the owner out of the ring where %s', (_, share) => {
    const before = with_({ waitingOwners: 1 }, { ticket: 5, ...share });
    const after = started(before, 'u', limits);
    expect([after.slots.waitingOwners, after.share.ticket]).toEqual([0, undefined]);
  });

  it('never moves the round back', () => {
    const before = with_({ turn: 9 }, { waitingJobs: 1, ticket: 5 });
    expect(started(before, 'u', limits).slots.turn).toBe(9);
  });
});

describe('A release', () => {
  it('brings an owner that waits back into the ring', () => {
    const before = with_(
      { holders: ['a', 'b', 'c'], turn: 8 },
      { jobs: ['a', 'b'], waitingJobs: 1, turn: 3 },
    );
    const { slots, share } = released(before, 'a', limits);
    expect(slots).toMatchObject({ holders: ['b', 'c'], waitingOwners: 1 });
    expect(share).toMatchObject({ jobs: ['b'], ticket: 8, ticketAt: AT });
  });

  it('moves the average by an eighth of the difference, and sets it for the first job', () => {
    expect(released(empty, 'a', limits, 80.2).slots.averageSeconds).toBe(80);
    expect(released(with_({ averageSeconds: 80 }), 'a', limits, 160).slots.averageSeconds).toBe(90);
    expect(released(with_({ averageSeconds: 80 }), 'a', limits).slots.averageSeconds).toBe(80);
    expect(released(empty, 'a', limits, 0).slots.averageSeconds).toBe(1);
  });

  it('of an upload without a slot changes nothing', () => {
    const before = with_({ holders: ['a'], waitingOwners: 1 }, { waitingJobs: 1, ticket: 2 });
    expect(released(before, 'b', limits)).toEqual(before);
  });
});

describe('The estimate of a wait', () => {
  it('counts a round for each upload in front, with one upload of each owner', () => {
    const slots = { ...NO_SLOTS, averageSeconds: 60, waitingOwners: 6 };
    expect(estimatedWaitSeconds(0, slots, limits)).toBe(120);
    expect(estimatedWaitSeconds(1, slots, limits)).toBe(240);
  });

  it('is longer for an owner whose own limit is the narrower one', () => {
    const slots = { ...NO_SLOTS, averageSeconds: 61 };
    expect(estimatedWaitSeconds(3, slots, limits)).toBe(122);
  });

  it('is unknown before the first end of a job, and where nothing is converted', () => {
    expect(estimatedWaitSeconds(0, NO_SLOTS, limits)).toBeUndefined();
    const slots = { ...NO_SLOTS, averageSeconds: 60 };
    expect(estimatedWaitSeconds(0, slots, { ...limits, jobsAtOnce: 0 })).toBeUndefined();
  });
});

/** All owners of one deployment, driven by the rules as the dispatcher drives them. */
class Model {
  slots: Slots = NO_SLOTS;
  readonly shares = new Map<string, OwnerShare>();
  readonly queues = new Map<string, string[]>();
  readonly starts: string[] = [];
  time = NOW;
  readonly #limits: AdmissionLimits;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  arrive(owner: string, upload: string): void {
    this.#apply(owner, (before) => queued(before, upload, this.#limits));
    this.queues.set(owner, [...(this.queues.get(owner) ?? []), upload]);
  }

  startAll(): void {
    while (hasFreeSlot(this.slots, this.#limits, NOW)) {
      const [next] = this.ring();
      if (next === undefined) return;
      const [upload = '', ...rest] = this.queues.get(next) ?? [];
      this.queues.set(next, rest);
      this.#apply(next, (before) => started(before, upload, this.#limits));
      this.starts.push(upload);
    }
  }

  end(upload: string): void {
    this.#apply(upload.split('-')[0] ?? '', (before) => released(before, upload, this.#limits, 60));
  }

  /** Owners by ticket. */
  ring(): string[] {
    return [...this.shares]
      .filter(([, { ticket }]) => ticket !== undefined)
      .sort(
        ([, a], [, b]) =>
          (a.ticket ?? 0) - (b.ticket ?? 0) || ((a.ticketAt ?? '') < (b.ticketAt ?? '') ? -1 : 1),
      )
      .map(([owner]) => owner);
  }

  check(): void {
    expect(this.slots.holders.length).toBeLessThanOrEqual(this.#limits.jobsAtOnce);
    expect(this.slots.waitingOwners).toBe(this.ring().length);
    for (const [owner, share] of this.shares) {
      expect(share.jobs.length).toBeLessThanOrEqual(this.#limits.jobsAtOncePerOwner);
      expect(share.waitingJobs).toBe(this.queues.get(owner)?.length ?? 0);
      const belongs = share.waitingJobs > 0 && share.jobs.length < this.#limits.jobsAtOncePerOwner;
      expect(share.ticket !== undefined).toBe(belongs);
    }
  }

  #apply(owner: string, rule: (before: Admission) => Admission): void {
    const share = this.shares.get(owner) ?? NO_SHARE;
    this.time += 1;
    const at = new Date(this.time).toISOString();
    const after = rule({ at, slots: this.slots, share });
    this.slots = after.slots;
    this.shares.set(owner, after.share);
  }
}

const anyLimits = fc.record({
  jobsAtOnce: fc.integer({ min: 1, max: 6 }),
  jobsAtOncePerOwner: fc.integer({ min: 1, max: 4 }),
});
/** Numbers of owners whose upload arrives; -1 ends the oldest job. */
const anySteps = fc.array(fc.integer({ min: -1, max: 5 }), { minLength: 1, maxLength: 120 });

describe('The rules together', () => {
  const play = (model: Model, steps: readonly number[]) => {
    steps.forEach((step, index) => {
      const [oldest] = model.slots.holders;
      if (step >= 0) model.arrive(`o${step}`, `o${step}-${String(index).padStart(3, '0')}`);
      else if (oldest !== undefined) model.end(oldest);
      model.startAll();
      model.check();
    });
    while (model.slots.holders.length > 0) {
      model.end(model.slots.holders[0] ?? '');
      model.startAll();
      model.check();
    }
  };

  it('start every upload once, and the uploads of an owner in their order', () => {
    fc.assert(
      fc.property(anyLimits, anySteps, (some, steps) => {
        const model = new Model(some);
        play(model, steps);
        expect(model.starts).toHaveLength(steps.filter((step) => step >= 0).length);
        for (const owner of model.shares.keys()) {
          const own = model.starts.filter((upload) => upload.startsWith(`${owner}-`));
          expect(own).toEqual([...own].sort());
        }
      }),
    );
  });

  it('start the upload of a newcomer after at most one upload of each owner', () => {
    fc.assert(
      fc.property(anyLimits, anySteps, (some, steps) => {
        const model = new Model(some);
        for (const [index, step] of steps.entries()) {
          if (step >= 0) model.arrive(`o${step}`, `o${step}-${index}`);
          else if (model.slots.holders[0] !== undefined) model.end(model.slots.holders[0]);
          model.startAll();
        }
        model.arrive('new', 'new-0');
        const before = model.starts.length;
        while (!model.starts.includes('new-0')) {
          model.startAll();
          if (model.slots.holders[0] !== undefined) model.end(model.slots.holders[0]);
        }
        const between = model.starts.slice(before, model.starts.indexOf('new-0'));
        const owners = between.map((upload) => upload.split('-')[0]);
        expect(new Set(owners).size).toBe(owners.length);
      }),
    );
  });

  it('start an upload however many new owners come after it', () => {
    const model = new Model({ jobsAtOnce: 1, jobsAtOncePerOwner: 1 });
    model.arrive('first', 'first-0');
    model.startAll();
    model.arrive('zz', 'zz-0');
    for (let count = 0; count < 5; count += 1) {
      model.arrive(`a${count}`, `a${count}-0`);
      model.end(model.slots.holders[0] ?? '');
      model.startAll();
    }
    expect(model.starts.indexOf('zz-0')).toBe(1);
  });

  it('keep an owner out of the ring whose limit was lowered, until one of its jobs ends', () => {
    const before = with_(
      { waitingOwners: 1 },
      { jobs: ['a', 'b', 'c'], waitingJobs: 1, ticket: 4 },
    );
    const after = outOfRing(before);
    expect([after.slots.waitingOwners, after.share.ticket]).toEqual([0, undefined]);
    expect(outOfRing(after)).toEqual(after);
  });
});
