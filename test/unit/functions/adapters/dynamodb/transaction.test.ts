import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransientError } from '../../../../../core/transient-error.ts';
import { transact } from '../../../../../functions/adapters/dynamodb/transaction.ts';
import { fakeClient, serviceError } from '../fake-client.ts';

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** A table that cancels a transaction for each of these reasons in turn, and then writes it. */
function attempts(...errors: readonly Error[]) {
  const left = [...errors];
  const { sent, client } = fakeClient({ TransactWrite: () => left.shift() ?? {} });
  const pauses: number[] = [];
  const pause = async (maxMs: number) => void pauses.push(maxMs);
  return { sent, pauses, result: transact({ client, name: 't' }, [], pause) };
}

describe('A transaction', () => {
  it('is written in one call', async () => {
    const { sent, result } = attempts();
    expect(await result).toBe(true);
    expect(sent).toEqual([['TransactWrite', { TransactItems: [] }]]);
  });

  it('returns false where a condition did not hold, even beside a conflict', async () => {
    const { sent, result } = attempts(cancelled('TransactionConflict', 'ConditionalCheckFailed'));
    expect(await result).toBe(false);
    expect(sent).toHaveLength(1);
  });

  it.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'is retried after %s',
    async (code) => {
      const { pauses, result } = attempts(cancelled('None', code), cancelled(code));
      expect(await result).toBe(true);
      expect(pauses).toEqual([40, 80]);
    },
  );

  it('pauses 400 ms at most, and is transient after twelve attempts', async () => {
    const { sent, pauses, result } = attempts(...Array(12).fill(cancelled('TransactionConflict')));
    await expect(result).rejects.toBeInstanceOf(TransientError);
    expect(sent).toHaveLength(12);
    expect(pauses).toEqual([40, 80, 160, 320, ...Array(7).fill(400)]);
  });

  it.each([
    ['for another reason', cancelled('ValidationError')],
    ['without a reason', new TransactionCanceledException({ message: 'x', $metadata: {} })],
    ['by another error', serviceError('AccessDeniedException')],
  ])('is not retried where it fails %s', async (_, error) => {
    const { sent, result } = attempts(error);
    await expect(result).rejects.toBe(error);
    expect(sent).toHaveLength(1);
  });
});
