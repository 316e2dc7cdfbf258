import fc from 'fast-check';
import { BadFaultRule, type FaultRuleInput } from '../../src/faults/rule.ts';
import { RuleBook } from '../../src/faults/rule-book.ts';

const PUTS: FaultRuleInput = { service: 'dynamodb', operation: 'PutItem', kind: 'server_error' };

/** For each of `calls` equal calls: the id of the rule that is applied. */
function appliedRules(rules: readonly FaultRuleInput[], calls: number): (string | undefined)[] {
  const book = new RuleBook();
  book.add(rules);
  return Array.from({ length: calls }, () => book.take((rule) => rule)?.id);
}

describe('a rule', () => {
  it('applies to its nth match, and `times` matches in all', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant('always' as const)),
        (nth, times) => {
          const on = appliedRules([{ ...PUTS, nth, times }], 20).map((id) => id !== undefined);
          const last = times === 'always' ? Number.POSITIVE_INFINITY : nth + times - 1;
          expect(on).toEqual(on.map((_, index) => index + 1 >= nth && index + 1 <= last));
        },
      ),
    );
  });

  it('counts its matches, also those to which another rule is applied', () => {
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

  it('applies to the next match if another rule was first', () => {
    const book = new RuleBook();
    book.add([
      { ...PUTS, id: 'first' },
      { ...PUTS, id: 'second', times: 2 },
    ]);
    const ids = [1, 2, 3, 4].map(() => book.take((rule) => rule)?.id);
    expect(ids).toEqual(['first', 'second', 'second', undefined]);
  });

  it('does not exist after its removal', () => {
    const book = new RuleBook();
    const [one] = book.add([PUTS, PUTS]);
    expect(book.remove(one?.id)).toBe(true);
    expect(book.remove(one?.id)).toBe(false);
    expect(book.report()).toHaveLength(1);
    book.remove();
    expect(book.report()).toEqual([]);
  });
});

describe('an invalid rule', () => {
  const S3 = { service: 's3', operation: 'PutObject', kind: 'throttle' };
  const RUN = { service: 'function', kind: 'crash_after' };
  it.each([
    ['is not an object', 7, /the rule: .*expected object.*; got 7/],
    [
      'names an unknown service',
      { ...PUTS, service: 'sns' },
      /service: .*"s3"\|.*"event".*; got "sns"/,
    ],
    [
      'names an action of a policy',
      { ...PUTS, operation: 'dynamodb:PutItem' },
      /operation: .*such as PutItem, or \*; got "dynamodb:PutItem"/,
    ],
    ['has a kind of another service', { ...PUTS, kind: 'drop' }, /kind: .*; got "drop"/],
    ['has no delay', { ...PUTS, kind: 'delay' }, /ms: .*expected number.*; got nothing/],
    ['has an nth below 1', { ...PUTS, nth: 0 }, /nth: .*>=1; got 0/],
    ['has an unknown member', { ...PUTS, when: 'now' }, /Unrecognized key: "when"/],
    ['matches the body of a stream', { ...S3, contains: 'x' }, /contains: .*resource.*; got "x"/],
    [
      'has a code of another service',
      { ...S3, code: 'ThrottlingException' },
      /code: s3 has one throttling error.*; got "ThrottlingException"/,
    ],
    [
      'cancels a transaction for another operation',
      { ...PUTS, kind: 'throttle', code: 'TransactionConflict' },
      /operation: .*is allowed for TransactWriteItems and TransactGetItems; got "PutItem"/,
    ],
    [
      'asks for an error with status 200 from another operation',
      { ...PUTS, kind: 'error_with_status_200' },
      /operation: .*is allowed for s3 CompleteMultipartUpload, s3 DeleteObjects, events PutEvents; got "PutItem"/,
    ],
    [
      'truncates a response that is not a stream',
      { ...PUTS, kind: 'truncated_response' },
      /operation: .*is allowed for s3 GetObject; got "PutItem"/,
    ],
    ['names the caller of a run', { ...RUN, caller: 'x' }, /Unrecognized key: "caller"/],
    [
      'has the id of another rule',
      { ...PUTS, id: 'taken' },
      /id: .*an id that no other rule has; got "taken"/,
    ],
  ])('that %s is refused, and no rule is added', (_, rule, message) => {
    const book = new RuleBook();
    book.add([{ ...PUTS, id: 'taken' }]);
    expect(() => book.add([PUTS, rule])).toThrow(BadFaultRule);
    expect(() => book.add([PUTS, rule])).toThrow(message);
    expect(book.report()).toHaveLength(1);
  });
});
