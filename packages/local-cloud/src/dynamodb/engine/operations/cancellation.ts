import { AwsError } from '../shared.ts';
import { COLLECTION_TOO_LARGE, COLLECTION_TOO_LARGE_MESSAGE } from '../storage/item-collections.ts';
import type { Item } from '../values/attribute-value.ts';

/** Why an action of a transaction does not succeed; `None` for one that would. */
export interface CancellationReason {
  readonly Code:
    | 'None'
    | 'ConditionalCheckFailed'
    | 'ItemCollectionSizeLimitExceeded'
    | 'ValidationError'
    | 'TransactionConflict';
  readonly Message?: string;
  readonly Item?: Item;
}

export const NO_REASON: CancellationReason = { Code: 'None' };

const CONFLICT: CancellationReason = {
  Code: 'TransactionConflict',
  Message: 'Transaction is ongoing for the item',
};

/** The reasons of a transaction in which one action, counted from 0, meets a conflict. */
export function conflictReasons(actions: number, conflict: number): readonly CancellationReason[] {
  return Array.from({ length: actions }, (_, at) => (at === conflict ? CONFLICT : NO_REASON));
}

export function conditionFailed(item: Item | undefined): CancellationReason {
  return {
    Code: 'ConditionalCheckFailed',
    Message: 'The conditional request failed',
    ...(item && { Item: item }),
  };
}

/** Runs `work`; a ValidationException becomes the reason of its action. */
export function orReason<T>(work: () => T): T | { readonly reason: CancellationReason } {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ValidationException') throw error;
    return { reason: { Code: 'ValidationError', Message: error.message } };
  }
}

/**
 * Writes one action of a transaction, counted from 0. Throws TransactionCanceledException where the item's
 * collection would be too large.
 */
export function orCancelled<T>(actions: number, at: number, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== COLLECTION_TOO_LARGE) throw error;
    const reason = {
      Code: 'ItemCollectionSizeLimitExceeded',
      Message: COLLECTION_TOO_LARGE_MESSAGE,
    } as const;
    const reasons = Array.from({ length: actions }, (_, each) =>
      each === at ? reason : NO_REASON,
    );
    throw cancelled(reasons);
  }
}

export function isReason(value: object): value is { readonly reason: CancellationReason } {
  return 'reason' in value;
}

/** Throws where an action has a reason. */
export function assertNoReason(reasons: readonly CancellationReason[]): void {
  if (reasons.every(({ Code }) => Code === 'None')) return;
  throw cancelled(reasons);
}

function cancelled(reasons: readonly CancellationReason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}
