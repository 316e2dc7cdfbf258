/**
 * An AWS call failed for a reason that passes: throttling, a server error, a broken connection, a timeout, a
 * conflict of transactions. The same call may succeed a moment later. Adapters throw it in place of the SDK's own
 * errors; the API responds 503 with Retry-After, and the state machine retries on this name.
 */
export class TransientError extends Error {
  override readonly name = 'TransientError';
}
