import { NetworkBackoff } from '../src/network-backoff.ts';

const MINUTE = 60_000;
const MAX_ATTEMPT = 30_000;

/** A backoff for a network that has worked before. */
function reachedBackoff(patienceMs = 10 * MINUTE): NetworkBackoff {
  const backoff = new NetworkBackoff(patienceMs);
  backoff.reached();
  return backoff;
}

describe('Lost connections', () => {
  it('delay one part at first, then all parts, each time up to twice as long', () => {
    const backoff = reachedBackoff();
    expect(backoff.lost(1_000, MAX_ATTEMPT, 0.5)).toBe(1_050);
    expect([backoff.blockedUntil, backoff.losses]).toEqual([0, 1]);
    expect(backoff.lost(2_000, MAX_ATTEMPT, 0.5)).toBe(0);
    expect([backoff.blockedUntil, backoff.losses]).toEqual([2_100, 2]);
    expect(backoff.lost(3_000, MAX_ATTEMPT, 0.5)).toBe(0);
    expect([backoff.blockedUntil, backoff.losses]).toEqual([3_200, 3]);
  });

  it('count once if they happen together', () => {
    const backoff = reachedBackoff();
    backoff.lost(1_000, MAX_ATTEMPT, 1);
    backoff.lost(2_000, MAX_ATTEMPT, 1);
    expect(backoff.lost(2_199, MAX_ATTEMPT, 1)).toBe(0);
    expect([backoff.blockedUntil, backoff.losses]).toEqual([2_200, 2]);
    backoff.lost(2_200, MAX_ATTEMPT, 1);
    expect(backoff.losses).toBe(3);
  });

  it('are forgotten as soon as S3 responds', () => {
    const backoff = reachedBackoff(MINUTE);
    backoff.lost(0, MAX_ATTEMPT, 1);
    backoff.lost(50_000, MAX_ATTEMPT, 1);
    backoff.responded();
    expect([backoff.blockedUntil, backoff.losses]).toEqual([0, 0]);
    // The time before the response does not count.
    expect(backoff.lost(100_000, MAX_ATTEMPT, 1)).toBe(100_100);
    expect(backoff.lost(150_000, MAX_ATTEMPT, 1)).toBe(0);
  });

  it('end the upload when patience is over', () => {
    const backoff = reachedBackoff(10 * MINUTE);
    backoff.lost(0, MAX_ATTEMPT, 1);
    for (let minute = 1; minute < 10; minute++) {
      expect(backoff.lost(minute * MINUTE, MAX_ATTEMPT, 1)).toBe(0);
    }
    expect(backoff.lost(10 * MINUTE, MAX_ATTEMPT, 1)).toBeUndefined();
  });

  it('end the upload after a minute if no byte was ever sent', () => {
    const backoff = new NetworkBackoff(10 * MINUTE);
    backoff.lost(0, MAX_ATTEMPT, 1);
    expect(backoff.lost(MINUTE - 1, MAX_ATTEMPT, 1)).toBe(0);
    expect(backoff.lost(MINUTE, MAX_ATTEMPT, 1)).toBeUndefined();
    const impatient = new NetworkBackoff(1_000);
    impatient.lost(0, MAX_ATTEMPT, 1);
    expect(impatient.lost(1_000, MAX_ATTEMPT, 1)).toBeUndefined();
  });

  it('count no more of a time in which the machine slept than an attempt and its backoff take', () => {
    const backoff = reachedBackoff(2 * MINUTE);
    backoff.lost(0, MAX_ATTEMPT, 1);
    expect(backoff.lost(24 * 60 * MINUTE, MAX_ATTEMPT, 1)).toBe(0);
    expect(backoff.lost(48 * 60 * MINUTE, MAX_ATTEMPT, 1)).toBeUndefined();
  });
});

describe('A machine that reports that it is offline', () => {
  it('makes all parts wait 15 seconds at a time, without losing patience', () => {
    const backoff = reachedBackoff(MINUTE);
    for (let hour = 1; hour < 24; hour++) {
      backoff.offline(hour * 60 * MINUTE);
      expect(backoff.blockedUntil).toBe(hour * 60 * MINUTE + 15_000);
      expect(backoff.losses).toBe(hour);
    }
    // The time of the last offline report counts as the last loss.
    expect(backoff.lost(23 * 60 * MINUTE + 20_000, MAX_ATTEMPT, 1)).toBe(0);
  });
});
