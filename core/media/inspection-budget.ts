/**
 * The limits of one inspection. A file that exceeds `reads`, `bytes` or `cpuMs` is rejected: a retry would exceed them
 * again. `ms` says nothing about the file: S3 may be slow, or the machine busy. The inspection is then tried again.
 */
export const INSPECTION_BUDGET = {
  /** Requests to S3. */
  reads: 32,
  bytes: 8 * 1024 * 1024,
  /** CPU time of the thread that reads the description. */
  cpuMs: 2_000,
  /** Wall time. */
  ms: 20_000,
} as const;

/** MiB. Lambda allocates one full vCPU at 1,769 MB: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const INSPECTION_MEMORY_MIB = 1_769;
