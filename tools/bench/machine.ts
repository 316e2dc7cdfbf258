import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import * as z from 'zod';

export const machineSchema = z.strictObject({
  cpu: z.string(),
  cores: z.int(),
  memoryGigabytes: z.number(),
  os: z.string(),
  node: z.string(),
});

/** What the figures depend on. No host name and no path: they are nobody's business. */
export type Machine = z.output<typeof machineSchema>;

export function thisMachine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim().replaceAll(/\s+/g, ' ') || 'unknown',
    cores: all.length,
    memoryGigabytes: Math.round(totalmem() / 1024 ** 3),
    os: `${platform()} ${release()} ${arch()}`,
    node: process.version,
  };
}

/** Processes that wanted a core in the last minute: what else the machine was doing. */
export function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}
