import fc from 'fast-check';
import { isTerminal, statuses } from '../../../../core/contract/lifecycle.ts';
import { QUIET_MS, RECONCILE_EVERY_MINUTES } from '../../../../core/reconciliation/reconcile.ts';
import {
  isAnnouncementPending,
  partitionAfter,
  RECONCILE_RULES,
  reconcileRuleOf,
} from '../../../../core/reconciliation/reconcile-rules.ts';
import { type StatusPartition, statusShard } from '../../../../core/uploads/records.ts';

const NOW = Date.parse('2026-03-04T05:06:07.890Z');
const HOUR_MS = 3_600_000;

const standing = (partition: StatusPartition, age: number) => ({
  shard: 'a',
  statusShard: statusShard(partition, 'a'),
  updatedAt: new Date(NOW - age).toISOString(),
});

/** The hours after its end at which runs look at an upload, where only some runs take place. */
function looks(partition: StatusPartition, runsAt: (run: number) => boolean): number[] {
  const hours: number[] = [];
  let at: StatusPartition | undefined = partition;
  for (let run = 0; run < 14 * 24 * 12 && at !== undefined; run += 1) {
    const age = run * RECONCILE_EVERY_MINUTES * 60_000;
    if (!runsAt(run) || reconcileRuleOf(standing(at, age), NOW) === undefined) continue;
    hours.push(age / HOUR_MS);
    at = partitionAfter(at);
  }
  return hours;
}

describe('An upload that stands still', () => {
  it('is looked at again and again until it has ended', () => {
    fc.assert(
      fc.property(fc.constantFrom(...statuses), fc.nat(90 * 24 * HOUR_MS), (status, age) => {
        fc.pre(!isTerminal(status));
        expect(reconcileRuleOf(standing(status, age), NOW) !== undefined).toBe(age >= QUIET_MS);
      }),
    );
  });

  it.each(['cancelled', 'expired', 'rejected'] as const)(
    'that is %s is looked at soon, after hours, and after the longest job of 50 hours; then no more',
    (status) => {
      const [soon, later, last, ...more] = looks(status, () => true);
      expect(soon).toBeLessThan(0.5);
      expect(later).toBeGreaterThanOrEqual(6);
      expect(last).toBeGreaterThan(50);
      expect(more).toEqual([]);
    },
  );

  it('misses none of these looks, whichever runs do not take place', () => {
    const runsAt = fc.func(fc.boolean());
    fc.assert(
      fc.property(runsAt, (takesPlace) => {
        const seen = looks('cancelled', (run) => takesPlace(run) || run % 288 === 287);
        expect(seen).toHaveLength(3);
        expect(seen.at(-1)).toBeGreaterThan(50);
      }),
      { numRuns: 20 },
    );
  });

  it.each(['ready', 'failed'] as const)(
    'that is %s, of which nobody was told, is looked at once more, to be announced',
    (status) => {
      expect(looks(`${status}+pendingAnnouncement`, () => true)).toEqual([0]);
      expect(partitionAfter(`${status}+pendingAnnouncement`)).toBe(status);
    },
  );

  it('that is rejected, of which nobody was told, is announced at once and then goes the way of the others', () => {
    expect(looks('rejected+pendingAnnouncement', () => true)[0]).toBe(0);
    expect(partitionAfter('rejected+pendingAnnouncement')).toBe('rejected');
  });

  it('that the workflow has made ready or failed, and told of, is left alone', () => {
    for (const status of ['ready', 'failed'] as const) {
      expect(reconcileRuleOf(standing(status, 90 * 24 * HOUR_MS), NOW)).toBeUndefined();
    }
  });

  it('and stands outside the index is left alone', () => {
    expect(
      reconcileRuleOf({ shard: 'a', updatedAt: '2020-01-01T00:00:00.000Z' }, NOW),
    ).toBeUndefined();
  });
});

describe('An end', () => {
  it('is announced at the first look only, and not where the workflow announces it', () => {
    const pending = RECONCILE_RULES.map(({ partition }) => partition).filter(isAnnouncementPending);
    const left = [
      'failed+pendingAnnouncement',
      'ready+pendingAnnouncement',
      'rejected+pendingAnnouncement',
    ];
    expect(pending.sort()).toEqual(['cancelled', 'expired', ...left]);
    for (const partition of pending) {
      const next = partitionAfter(partition);
      expect(next !== undefined && isAnnouncementPending(next)).toBe(false);
    }
  });
});
