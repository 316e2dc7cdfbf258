import type { Bus } from './rules.ts';

/** The resource policy of a bus; undefined if it has no statement. */
export function busPolicy(bus: Bus): object | undefined {
  if (bus.statements.size === 0) return undefined;
  return { Version: '2012-10-17', Statement: [...bus.statements.values()] };
}
