import fc from 'fast-check';
import { BadFaultRule, type FaultRuleInput } from '../../src/faults/rule.ts';
import { RuleBook } from '../../src/faults/rule-book.ts';

const PUTS: FaultRuleInput = { service: 'dynamodb', operation: 'PutItem', kind: 'server_error' };

/** What a book does with `calls` equal calls: the id of the rule that acts on each. */
function acted(rules: readonly FaultRuleInput[], calls: number): (string | undefined)[] {
  const book = new RuleBook();
  book.add(rules);
  return Array.from({ length: calls }, () => book.take((rule) => rule)?.id);
}

describe('a rule', () => {
  it('acts on its nth match and no more often than it says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant('always' as const)),
        (nth, times) => {
          const on = acted([{ ...PUTS, nth, times }], 20).map((id) => id !== undefined);
          const last = times === 'always' ? Number.POSITIVE_INFINITY : nth + times - 1;
          expect(on).toEqual(on.map((_, index) => index + 1 >= nth && index + 1 <= last));
        },
      ),
    );
  });

  it('counts its matches whether it acts on them or another does', () => {
    const book = new RuleBook();
    book.add([
      { ...PUTS, id: 'first' },
      { ...PUTS, id: 'second', nth: 2 },
      { ...PUTS, nth: 9 },
    ]);
    const ids = [1, 2, 3].map(() => book.take((rule) => rule)?.id);
    expect(ids).toEqual(['first', 'second', undefined]);
    expect(book.report().map(({ id, matched, applied }) => [id, matched, applied])).toEqual([
      ['first', 3, 1],
      ['second', 3, 1],
      ['fault-1', 3, 0],
    ]);
  });

  it('acts on the next match where another was first', () => {
    const book = new RuleBook();
    book.add([
      { ...PUTS, id: 'first' },
      { ...PUTS, id: 'second', times: 2 },
    ]);
    const ids = [1, 2, 3, 4].map(() => book.take((rule) => rule)?.id);
    expect(ids).toEqual(['first', 'second', 'second', undefined]);
  });

  it('is no longer there once it is taken away', () => {
    const book = new RuleBook();
    const [one] = book.add([PUTS, PUTS]);
    expect(book.remove(one?.id)).toBe(true);
    expect(book.remove(one?.id)).toBe(false);
    expect(book.report()).toHaveLength(1);
    book.remove();
    expect(book.report()).toEqual([]);
  });
});

describe('a rule that cannot be', () => {
  const S3 = { service: 's3', operation: 'PutObject', kind: 'throttle' };
  const RUN = { service: 'function', kind: 'crash_after' };
  it.each([
    ['is no rule at all', 7, /the rule: .*expected object.*; got 7/],
    [
      'is of a service that is not here',
      { ...PUTS, service: 'sns' },
      /service: .*"s3"\|.*"event".*; got "sns"/,
    ],
    [
      'names an action of a policy',
      { ...PUTS, operation: 'dynamodb:PutItem' },
      /operation: .*such as PutItem, or \*; got "dynamodb:PutItem"/,
    ],
    ['has a kind of another service', { ...PUTS, kind: 'drop' }, /kind: .*; got "drop"/],
    ['waits for no time', { ...PUTS, kind: 'delay' }, /ms: .*expected number.*; got nothing/],
    ['begins before the first call', { ...PUTS, nth: 0 }, /nth: .*>=1; got 0/],
    ['has a member that nobody reads', { ...PUTS, when: 'now' }, /Unrecognized key: "when"/],
    [
      'looks into a body that is streamed',
      { ...S3, contains: 'x' },
      /contains: .*resource.*; got "x"/,
    ],
    [
      'has a code of another service',
      { ...S3, code: 'ThrottlingException' },
      /code: s3 has one way.*; got "ThrottlingException"/,
    ],
    [
      'cancels a transaction that is none',
      { ...PUTS, kind: 'throttle', code: 'TransactionConflict' },
      /operation: .*TransactWriteItems and TransactGetItems are allowed; got "PutItem"/,
    ],
    [
      'has an answer that no operation gives',
      { ...PUTS, kind: 'error_in_answer' },
      /operation: .*s3 CompleteMultipartUpload, s3 DeleteObjects, events PutEvents are allowed; got "PutItem"/,
    ],
    [
      'breaks off an answer that is not streamed',
      { ...PUTS, kind: 'truncated_answer' },
      /operation: .*s3 GetObject is allowed; got "PutItem"/,
    ],
    ['asks for the caller of a run', { ...RUN, caller: 'x' }, /Unrecognized key: "caller"/],
    ['has an id that is taken', { ...PUTS, id: 'taken' }, /id: .*got "taken" again/],
  ])('because it %s is refused, and nothing is added', (_, rule, message) => {
    const book = new RuleBook();
    book.add([{ ...PUTS, id: 'taken' }]);
    expect(() => book.add([PUTS, rule])).toThrow(BadFaultRule);
    expect(() => book.add([PUTS, rule])).toThrow(message);
    expect(book.report()).toHaveLength(1);
  });
});
