import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { measuredSchema } from './bench.ts';
import { machineSchema } from './machine.ts';

const recordSchema = z.strictObject({
  /** ISO 8601, when the bench began. */
  measuredAt: z.iso.datetime(),
  runs: z.int().min(1),
  seconds: z.number(),
  /** Load average of the last minute before the bench began; an idle machine has about 0. */
  loadBefore: z.number(),
  machine: machineSchema,
  ...measuredSchema.shape,
});

/** `tools/bench/results.json`: the last full measurement of each bench, by its name. */
export const resultsSchema = z.record(z.string(), recordSchema);

export type BenchRecord = z.output<typeof recordSchema>;
export type Results = z.output<typeof resultsSchema>;

/** @throws ZodError where the file is not what `writeResults` writes */
export function readResults(path: string): Results {
  return resultsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** Five digits tell more than any of these measurements can. */
export function writeResults(path: string, results: Results): void {
  const rounded = JSON.stringify(
    results,
    (_, value: unknown) =>
      typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value,
    2,
  );
  writeFileSync(path, `${rounded}\n`);
}
