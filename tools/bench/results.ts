import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { measuredSchema } from './bench.ts';
import { machineSchema } from './machine.ts';

const recordSchema = z.strictObject({
  /** ISO 8601, when the bench began. */
  measuredAt: z.iso.datetime(),
  runs: z.int().min(1),
  seconds: z.number(),
  /** Load average of the minute before the bench began; about 0 on an idle machine. */
  loadBefore: z.number(),
  machine: machineSchema,
  ...measuredSchema.shape,
});

/** `tools/bench/results.json`: the last full measurement of each bench, by its name. */
export const resultsSchema = z.record(z.string(), recordSchema);

export type BenchRecord = z.output<typeof recordSchema>;
export type Results = z.output<typeof resultsSchema>;

/** @throws ZodError if the file does not have the format that `writeResults` writes */
export function readResults(path: string): Results {
  return resultsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** Rounds to five digits, more than these measurements are precise. */
export function writeResults(path: string, results: Results): void {
  const rounded = JSON.stringify(
    results,
    (_, value: unknown) =>
      typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value,
    2,
  );
  writeFileSync(path, `${rounded}\n`);
}
