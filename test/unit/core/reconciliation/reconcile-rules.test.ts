import fc from 'fast-check';
import { isTerminal, statuses } from '../../../../core/contract/lifecycle.ts';
import { MAX_TOKEN_SECONDS } from '../../../../core/playback/token-life.ts';
import { QUIET_MS, RECONCILE_EVERY_MINUTES } from '../../../../core/reconciliation/reconcile.ts';
import {
  blockAfter,
  isAnnouncementPending,
  mayHaveGrants,
  partitionAfter,
  RECONCILE_RULES,
  reconcileRuleOf,
} from '../../../../core/reconciliation/reconcile-rules.ts';
import { type StatusPartition, statusShard } from '../../../../core/uploads/records.ts';
import { MAX_GRANT_SECONDS } from '../../../../core/uploads/upload-policy.ts';
import { uploadIn } from '../../../kit/ports/upload-fixture.ts';

const NOW = Date.parse('2026-03-04T05:06:07.890Z');
const HOUR_MS = 3_600_000;

const unchangedFor = (partition: StatusPartition, age: number) => ({
  shard: 'a',
  statusShard: statusShard(partition, 'a'),
  updatedAt: new Date(NOW - age).toISOString(),
});

/** The hours after its end at which the reconciler checks an upload, if only the runs of `runsAt` take place. */
function hoursOfChecks(partition: StatusPartition, runsAt: (run: number) => boolean): number[] {
  const hours: number[] = [];
  let at: StatusPartition | undefined = partition;
  for (let run = 0; run < 14 * 24 * 12 && at !== undefined; run += 1) {
    const age = run * RECONCILE_EVERY_MINUTES * 60_000;
    if (!runsAt(run) || reconcileRuleOf(unchangedFor(at, age), NOW) === undefined) continue;
    hours.push(age / HOUR_MS);
    at = partitionAfter(at);
  }
  return hours;
}

describe('An upload that does not change', () => {
  it('is checked repeatedly until it ends', () => {
    fc.assert(
      fc.property(fc.constantFrom(...statuses), fc.nat(90 * 24 * HOUR_MS), (status, age) => {
        fc.pre(!isTerminal(status));
        expect(reconcileRuleOf(unchangedFor(status, age), NOW) !== undefined).toBe(age >= QUIET_MS);
      }),
    );
  });

  it.each(['cancelled', 'expired', 'rejected', 'removed'] as const)(
    'is checked three times with status %s: soon, after 6 hours, and after the longest job of 50 hours',
    (status) => {
      const [soon, later, last, ...more] = hoursOfChecks(status, () => true);
      expect(soon).toBeLessThan(0.5);
      expect(later).toBeGreaterThanOrEqual(6);
      expect(last).toBeGreaterThan(50);
      expect(more).toEqual([]);
    },
  );

  it('is checked three times even if most runs of the reconciler do not take place', () => {
    const runsAt = fc.func(fc.boolean());
    fc.assert(
      fc.property(runsAt, (takesPlace) => {
        const checks = hoursOfChecks('cancelled', (run) => takesPlace(run) || run % 288 === 287);
        expect(checks).toHaveLength(3);
        expect(checks.at(-1)).toBeGreaterThan(50);
      }),
      { numRuns: 20 },
    );
  });

  it.each(['ready', 'failed'] as const)(
    'is checked at once with status %s if its event was not sent',
    (status) => {
      expect(hoursOfChecks(`${status}+pendingAnnouncement`, () => true)[0]).toBe(0);
      expect(partitionAfter(`${status}+pendingAnnouncement`)).toBe(status);
    },
  );

  it('is checked at once with status rejected if its event was not sent, and then like any other rejected one', () => {
    expect(hoursOfChecks('rejected+pendingAnnouncement', () => true)[0]).toBe(0);
    expect(partitionAfter('rejected+pendingAnnouncement')).toBe('rejected');
  });

  it('is not checked with status ready if its event was sent', () => {
    expect(reconcileRuleOf(unchangedFor('ready', 90 * 24 * HOUR_MS), NOW)).toBeUndefined();
  });

  it('is checked with status failed, for a retry, until it leaves the index', () => {
    expect(reconcileRuleOf(unchangedFor('failed', QUIET_MS - 1), NOW)).toBeUndefined();
    expect(reconcileRuleOf(unchangedFor('failed', QUIET_MS), NOW)?.partition).toBe('failed');
    expect(partitionAfter('failed')).toBeUndefined();
  });

  it('is not checked outside the index', () => {
    expect(
      reconcileRuleOf({ shard: 'a', updatedAt: '2020-01-01T00:00:00.000Z' }, NOW),
    ).toBeUndefined();
  });
});

describe('A grant of an upload that has ended', () => {
  it('is over before the first check at which its key is freed', () => {
    const late = RECONCILE_RULES.filter(({ partition }) => !mayHaveGrants(partition));
    expect(late.map(({ partition }) => partition)).toEqual(['ended+6h', 'ended+51h']);
    for (const { age } of late) expect(age).toBeGreaterThan(2 * MAX_GRANT_SECONDS * 1_000);
  });
});

describe('The tokens of a video', () => {
  const item = (status: 'ready' | 'removed' | 'cancelled', more: object = {}) => {
    const [ready] = uploadIn('ready').timeline;
    const [last] = uploadIn(status).timeline;
    return uploadIn(status, { timeline: [ready, last], ...more });
  };

  it.each(['removed', 'cancelled'] as const)(
    'are refused while one of a %s video can be valid, and then need no entry',
    (status) => {
      for (const { partition, age } of RECONCILE_RULES) {
        const block = blockAfter(item(status), partition);
        if (block === 'free') expect(age).toBeGreaterThan(2 * MAX_TOKEN_SECONDS * 1_000);
        else expect(block).toBe('blocked');
      }
      expect(blockAfter(item(status), 'ended+51h')).toBe('free');
    },
  );

  it('are accepted again for a video that was restored', () => {
    const restored = { at: '2026-03-04T05:06:07.890Z', by: 'moderator' };
    const timeline = [
      { ...restored, to: 'removed' },
      { ...restored, to: 'ready' },
    ];
    expect(blockAfter(item('ready', { timeline }), 'ready+pendingAnnouncement')).toBe('free');
    expect(blockAfter(item('ready'), 'ready+pendingAnnouncement')).toBeUndefined();
  });

  it('never existed for an upload without a video', () => {
    expect(blockAfter(uploadIn('cancelled'), 'cancelled')).toBeUndefined();
  });
});

describe('The event for the end of an upload', () => {
  it('is sent by the reconciler at the first check only, and only if the workflow has not sent it', () => {
    const pending = RECONCILE_RULES.map(({ partition }) => partition).filter(isAnnouncementPending);
    const notSentByWorkflow = [
      'failed+pendingAnnouncement',
      'ready+pendingAnnouncement',
      'rejected+pendingAnnouncement',
    ];
    expect(pending.sort()).toEqual(
      ['cancelled', 'expired', ...notSentByWorkflow, 'removed'].sort(),
    );
    for (const partition of pending) {
      const next = partitionAfter(partition);
      expect(next !== undefined && isAnnouncementPending(next)).toBe(false);
    }
  });
});
