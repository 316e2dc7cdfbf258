/** How long a test waits for a condition before it fails, in ms. Generous: other work may occupy every core. */
export const MAX_WAIT_MS = 120_000;

/** The limit of a test that repeats a whole scenario many times, in ms; others have jest.config.js's `testTimeout`. */
export const MAX_LONG_TEST_MS = 900_000;
