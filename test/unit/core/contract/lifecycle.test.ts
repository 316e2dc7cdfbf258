import fc from 'fast-check';
import {
  isStatus,
  isTerminal,
  isUnsuccessful,
  isWithdrawn,
  keepsFiles,
  mayFollow,
  predecessors,
  type Status,
  statuses,
} from '../../../../core/contract/lifecycle.ts';

/** A failed upload that is tried again, or a removed video that is restored. */
const isRetry = (from: Status, to: Status) =>
  (from === 'failed' && to !== 'cancelled') || (from === 'removed' && to === 'ready');
const anyStatus = fc.constantFrom(...statuses);

describe('The lifecycle', () => {
  it('always reaches a final status, which changes only to removed or cancelled unless it is retried or restored', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (choices) => {
        let status: Status = 'waiting';
        const way: Status[] = [status];
        for (const choice of choices) {
          const next = statuses.filter((to) => mayFollow(status, to) && !isRetry(status, to));
          if (next.length === 0) break;
          status = next[choice % next.length] ?? status;
          way.push(status);
        }
        expect(new Set(way).size).toBe(way.length);
        expect(isTerminal(status)).toBe(true);
        const end = way.findIndex((each) => isTerminal(each));
        const after = way.slice(end + 1).filter((each) => each !== 'removed');
        expect([[], ['cancelled']]).toContainEqual(after);
      }),
    );
  });

  it('reaches every status from waiting', () => {
    const reached = new Set<Status>(['waiting']);
    for (const from of reached) {
      for (const to of statuses) if (mayFollow(from, to)) reached.add(to);
    }
    expect([...reached].sort()).toEqual([...statuses].sort());
  });

  it('allows the transitions of an accepted video', () => {
    const way: Status[] = [
      'waiting',
      'uploaded',
      'validating',
      'in_review',
      'transcoding',
      'ready',
    ];
    for (const [index, to] of way.slice(1).entries()) {
      expect(mayFollow(way[index] ?? 'ready', to)).toBe(true);
    }
  });

  it('allows the event of S3 to arrive before the response to complete', () => {
    expect(mayFollow('waiting', 'validating')).toBe(true);
    expect(predecessors('validating')).toEqual(['waiting', 'uploaded', 'failed']);
  });

  it('publishes only transcoded uploads, and expires only unfinished uploads', () => {
    expect(predecessors('ready')).toEqual(['transcoding', 'removed']);
    expect(predecessors('expired')).toEqual(['waiting']);
  });

  it('tries only a failed upload again, in the status of the step that failed', () => {
    const retried = statuses.filter((to) => mayFollow('failed', to));
    expect(retried).toEqual(['validating', 'in_review', 'transcoding', 'cancelled']);
    for (const from of ['rejected', 'expired'] as const) {
      expect(statuses.filter((to) => mayFollow(from, to))).toEqual(['cancelled']);
    }
  });

  it('removes only a ready video, and restores it only to ready', () => {
    expect(predecessors('removed')).toEqual(['ready']);
    expect(statuses.filter((to) => mayFollow('removed', to))).toEqual(['ready', 'cancelled']);
    expect(statuses.filter((to) => mayFollow('ready', to))).toEqual(['removed', 'cancelled']);
  });

  it('allows cancellation in every status except cancelled', () => {
    for (const from of statuses) expect(mayFollow(from, 'cancelled')).toBe(from !== 'cancelled');
  });

  it('has the predecessors that the transitions imply', () => {
    fc.assert(
      fc.property(anyStatus, anyStatus, (from, to) => {
        expect(predecessors(to).includes(from)).toBe(mayFollow(from, to));
      }),
    );
  });

  it('knows which ends are unsuccessful, which are withdrawals, and which keep their files', () => {
    expect(statuses.filter(isTerminal)).toEqual([
      'ready',
      'removed',
      'rejected',
      'failed',
      'cancelled',
      'expired',
    ]);
    expect(statuses.filter(isUnsuccessful)).toEqual(['rejected', 'failed', 'cancelled', 'expired']);
    expect(statuses.filter(isWithdrawn)).toEqual(['cancelled', 'expired']);
    expect(statuses.filter(isTerminal).filter(keepsFiles)).toEqual(['ready', 'removed', 'failed']);
  });

  it('recognizes a status', () => {
    expect(isStatus('in_review')).toBe(true);
    expect(isStatus('constructor')).toBe(false);
  });
});
