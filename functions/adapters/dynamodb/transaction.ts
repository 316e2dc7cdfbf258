import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Table } from './table.ts';

/** A condition of a write did not hold: somebody else was there first. */
export class ConditionFailed extends Error {
  override readonly name = 'ConditionFailed';
  /** Which item of a transaction, from 0. */
  readonly place: number;

  constructor(place = 0) {
    super(`The condition of item ${place} of the write did not hold.`);
    this.place = place;
  }
}

export type TransactionItems = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** Fifty at once on one owner's quota need about this many; together they wait under three seconds. */
const MAX_ATTEMPTS = 12;
const FIRST_PAUSE_MS = 20;
const MAX_PAUSE_MS = 400;

/** Why DynamoDB cancels a transaction that may succeed the next moment. The SDK does not retry these. */
const PASSING = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Writes all items or none, and tries again where another transaction held one of them.
 * @throws ConditionFailed for the first item whose condition did not hold
 */
export async function transact(table: Table, items: TransactionItems): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await table.client.send(new TransactWriteCommand({ TransactItems: items }));
      return;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? '');
      const place = codes.indexOf('ConditionalCheckFailed');
      if (place >= 0) throw new ConditionFailed(place);
      if (!codes.some((code) => PASSING.has(code)) || attempt === MAX_ATTEMPTS) throw error;
      await pause(Math.random() * Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));
    }
  }
}
