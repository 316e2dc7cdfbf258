import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { TransientError } from '../../../core/transient-error.ts';
import type { Table } from './table.ts';

export type TransactionItems = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** Fifty concurrent transactions on one owner's quota need about this many; their pauses are under 3 s together. */
const MAX_ATTEMPTS = 12;
const FIRST_PAUSE_MS = 20;
const MAX_PAUSE_MS = 400;

/** Reasons why DynamoDB cancels a transaction that may succeed a moment later. The SDK does not retry these. */
const TRANSIENT_REASONS = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

const randomPause = (maxMs: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, Math.random() * maxMs));

/**
 * Writes all items or none, and retries where another transaction held one of them.
 *
 * @param pause waits for up to this many milliseconds
 * @returns false where a condition did not hold
 * @throws TransientError where other transactions held an item at every attempt
 */
export async function transact(
  table: Table,
  items: TransactionItems,
  pause: (maxMs: number) => Promise<void> = randomPause,
): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await table.client.send(new TransactWriteCommand({ TransactItems: items }));
      return true;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? '');
      if (codes.includes('ConditionalCheckFailed')) return false;
      if (!codes.some((code) => TRANSIENT_REASONS.has(code))) throw error;
      if (attempt === MAX_ATTEMPTS) throw new TransientError(error.message, { cause: error });
      await pause(Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));
    }
  }
}
