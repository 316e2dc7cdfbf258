import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import * as z from 'zod';

export const machineSchema = z.strictObject({
  cpu: z.string(),
  cores: z.int(),
  memoryGigabytes: z.number(),
  os: z.string(),
  node: z.string(),
});

/** What the figures depend on. It has no host name and no path, because the page is public. */
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

/** Load average of the last minute: how busy the machine was with other work. */
export function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}
