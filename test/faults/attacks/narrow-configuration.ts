import { UNLIMITED_REQUESTS } from '../../kit/unlimited-requests.ts';

const MIB = 1024 * 1024;

/** A deployment with small quotas and review on: quotas are reached soon, and a checked upload waits. */
export const NARROW = {
  upload: { review: true, quota: { maximumBytes: 20 * MIB, maximumActiveUploads: 10 } },
  ...UNLIMITED_REQUESTS,
};
