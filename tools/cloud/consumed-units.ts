import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CapacityEntry } from '@reelgate/local-cloud';

/** DynamoDB's units of some requests. */
export interface Units {
  readonly requests: number;
  readonly reads: number;
  readonly writes: number;
}

/** The units of a whole cloud so far, entry by entry, without those of the operator. */
export function consumedCapacity(dataDir: string): CapacityEntry[] {
  return readFileSync(join(dataDir, 'consumed-capacity.ndjson'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as CapacityEntry)
    .filter(({ caller }) => caller !== 'root');
}

/** The sum of the units for each name that `nameOf` gives to a caller, in the order of the names. */
export function unitsBy(
  entries: readonly CapacityEntry[],
  nameOf: (caller: string) => string,
): ReadonlyMap<string, Units> {
  const units = new Map<string, Units>();
  for (const { caller, readUnits, writeUnits } of entries) {
    const name = nameOf(caller);
    const { requests, reads, writes } = units.get(name) ?? NONE;
    units.set(name, {
      requests: requests + 1,
      reads: reads + readUnits,
      writes: writes + writeUnits,
    });
  }
  return new Map([...units].sort(([a], [b]) => a.localeCompare(b)));
}

export const NONE: Units = { requests: 0, reads: 0, writes: 0 };

export function totalUnits(units: Iterable<Units>): Units {
  let total = NONE;
  for (const { requests, reads, writes } of units) {
    total = {
      requests: total.requests + requests,
      reads: total.reads + reads,
      writes: total.writes + writes,
    };
  }
  return total;
}
