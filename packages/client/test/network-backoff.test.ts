import { NetworkBackoff } from '../src/network-backoff.ts';

describe('A wait for the network', () => {
  const begin = () => {
    const outage = new NetworkBackoff(60_000);
    outage.reached();
    return outage;
  };

  it('is over as soon as S3 answers anything', () => {
    const outage = begin();
    outage.offline(1_000);
    expect(outage.blockedUntil).toBeGreaterThan(1_000);
    outage.answered();
    expect([outage.blockedUntil, outage.losses]).toEqual([0, 0]);
  });

  it('keeps back one part at first, and all of them once it goes on', () => {
    const outage = begin();
    expect(outage.lost(1_000, 30_000, 0.5)).toBe(1_050);
    expect(outage.blockedUntil).toBe(0);
    expect(outage.lost(2_000, 30_000, 0.5)).toBe(0);
    expect(outage.blockedUntil).toBe(2_100);
  });
});
