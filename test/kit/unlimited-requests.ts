/** For tests and benches in which one user does the work of many: neither the API's throttle nor budgets matter. */
export const UNLIMITED_REQUESTS = {
  throttle: { rate: 10_000, burst: 5_000 },
  budgets: {
    uploadsPerDay: 1_000_000,
    outputMinutesPerDay: 1_000_000,
    companionSessionsPerDay: 1_000_000,
    requestsPerMinute: 1_000_000,
    companionRequestsPerMinute: 1_000_000,
  },
};
