const MIB = 1024 * 1024;

/** A deployment with little room and reviews: what overruns a quota does so soon, and a checked upload waits. */
export const NARROW = {
  upload: { review: true, quota: { maximumBytes: 20 * MIB, maximumActiveUploads: 10 } },
  // API Gateway's throttle is no part of what is tried here.
  throttle: { rate: 10_000, burst: 5_000 },
};
