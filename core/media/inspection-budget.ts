/** What one inspection may spend of a file; beyond it the verdict is a rejection, never a retry. */
export const INSPECTION_BUDGET = {
  /** Requests to S3. */
  reads: 32,
  bytes: 8 * 1024 * 1024,
  /** Wall time. */
  ms: 20_000,
} as const;

/** MiB that the function has, and with them a whole processor: Lambda gives one at 1,769 MB. */
export const INSPECTION_MEMORY_MIB = 1_769;
