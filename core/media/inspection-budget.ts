/** The limits of one inspection. A file that exceeds them is rejected; a retry would exceed them again. */
export const INSPECTION_BUDGET = {
  /** Requests to S3. */
  reads: 32,
  bytes: 8 * 1024 * 1024,
  /** Wall time. */
  ms: 20_000,
} as const;

/** MiB. Lambda allocates one full vCPU at 1,769 MB: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const INSPECTION_MEMORY_MIB = 1_769;
