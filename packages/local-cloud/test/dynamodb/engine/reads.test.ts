import { key, n, openEngine, SIMPLE_TABLE, s, TABLE } from './harness.ts';

const engine = openEngine();
const TableName = 'uploads';
beforeAll(() => {
  engine.execute('CreateTable', TABLE);
  engine.execute('CreateTable', SIMPLE_TABLE);
  for (let i = 0; i < 600; i += 1) {
    const Item = {
      ...key('many', String(i).padStart(4, '0')),
      i: n(i),
      owner: s(`o${i % 2}`),
      created: s(String(i % 7)),
    };
    engine.execute('PutItem', { TableName, Item });
    engine.execute('PutItem', { TableName: 'simple', Item: { pk: s(`k${i}`) } });
  }
});
afterAll(() => engine.remove());

interface Page {
  readonly Items: readonly Record<string, { S: string; N: string }>[];
  readonly Count: number;
  readonly ScannedCount: number;
  readonly LastEvaluatedKey?: object;
}

const query = (condition: string, values: object, more: object = {}) =>
  engine.execute('Query', {
    TableName,
    KeyConditionExpression: condition,
    ExpressionAttributeValues: values,
    ...more,
  }) as unknown as Page;
const many = { ':p': s('many') };
const numbers = ({ Items }: Page) => Items.map((item) => Number(item.i?.N));

it.each<[string, object, number[]]>([
  ['sk = :a', { ':a': s('0005') }, [5]],
  ['sk < :a', { ':a': s('0002') }, [0, 1]],
  ['sk <= :a', { ':a': s('0002') }, [0, 1, 2]],
  ['sk > :a', { ':a': s('0597') }, [598, 599]],
  ['sk >= :a', { ':a': s('0597') }, [597, 598, 599]],
  ['sk BETWEEN :a AND :b', { ':a': s('0010'), ':b': s('0012') }, [10, 11, 12]],
  ['begins_with(sk, :a)', { ':a': s('059') }, [590, 591, 592, 593, 594, 595, 596, 597, 598, 599]],
])('pk = :p AND %s', (condition, values, expected) => {
  expect(numbers(query(`pk = :p AND ${condition}`, { ...many, ...values }))).toEqual(expected);
});

it('reads backwards', () => {
  const page = query('pk = :p', many, { ScanIndexForward: false, Limit: 3 });
  expect(numbers(page)).toEqual([599, 598, 597]);
});

it('reads more rows than one read of the database has', () => {
  expect(query('pk = :p', many).Count).toBe(600);
});

it.each([false, true])(
  'page after page gives every item once (forward: %s)',
  (ScanIndexForward) => {
    const found: number[] = [];
    let start: object = {};
    for (let page = 0; page < 100; page += 1) {
      const read = query('pk = :p', many, { Limit: 70, ScanIndexForward, ...start });
      found.push(...numbers(read));
      if (read.LastEvaluatedKey === undefined) break;
      start = { ExclusiveStartKey: read.LastEvaluatedKey };
    }
    const all = Array.from({ length: 600 }, (_, i) => i);
    expect(found).toEqual(ScanIndexForward ? all : all.reverse());
  },
);

it('a page that ends with the last item has a LastEvaluatedKey, as on AWS', () => {
  const page = query('pk = :p AND sk < :a', { ...many, ':a': s('0002') }, { Limit: 2 });
  expect(page.LastEvaluatedKey).toEqual(key('many', '0001'));
});

it('a filter works after the limit', () => {
  const page = query('pk = :p', { ...many, ':i': n(5) }, { FilterExpression: 'i < :i', Limit: 10 });
  expect([page.Count, page.ScannedCount]).toEqual([5, 10]);
});

it('COUNT returns no items', () => {
  const page = query('pk = :p', many, { Select: 'COUNT' });
  expect([page.Count, page.Items]).toEqual([600, undefined]);
});

it('an index pages by its key and the table’s', () => {
  const read = (more: object) =>
    query(
      '#o = :o',
      { ':o': s('o0') },
      {
        IndexName: 'byOwner',
        ExpressionAttributeNames: { '#o': 'owner' },
        Limit: 100,
        ...more,
      },
    );
  const first = read({});
  expect(Object.keys(first.LastEvaluatedKey ?? {}).sort()).toEqual([
    'created',
    'owner',
    'pk',
    'sk',
  ]);
  const second = read({ ExclusiveStartKey: first.LastEvaluatedKey });
  const created = [...first.Items, ...second.Items].map((item) => item.created?.S ?? '');
  expect(created).toEqual([...created].sort());
  expect(new Set([...numbers(first), ...numbers(second)]).size).toBe(200);
});

it('a key condition must name the partition key alone with =', () => {
  const refusal = (condition: string, values: object = many) =>
    engine.refusal('Query', {
      TableName,
      KeyConditionExpression: condition,
      ExpressionAttributeValues: values,
    });
  expect(refusal('sk = :p')).toMatch(/Query condition missed key schema element: pk/);
  expect(refusal('pk > :p')).toMatch(/Query key condition not supported/);
  expect(refusal('pk = :p OR sk = :p')).toMatch(
    /Invalid operator used in KeyConditionExpression: OR/,
  );
  expect(refusal('pk = :p AND sk <> :p')).toMatch(/Invalid operator .*: <>/);
  expect(refusal('pk = :p AND pk = :p')).toMatch(/only contain one condition per key/);
  expect(refusal('pk = :p', { ':p': n(1) })).toMatch(/type does not match schema type/);
});

it('a start key must be in the range that is asked for', () => {
  const from = (ExclusiveStartKey: object) =>
    engine.refusal('Query', {
      TableName,
      KeyConditionExpression: 'pk = :p AND sk > :s',
      ExpressionAttributeValues: { ...many, ':s': s('0100') },
      ExclusiveStartKey,
    });
  expect(from(key('other', '0200'))).toMatch(/outside query boundaries/);
  expect(from(key('many', '0001'))).toMatch(/does not match the range key predicate/);
  expect(from({ pk: s('many') })).toMatch(/must have same size as table's key schema/);
});

describe('a scan', () => {
  const scan = (more: object) =>
    engine.execute('Scan', { TableName: 'simple', ...more }) as unknown as Page;

  it('has an order of its own, always the same', () => {
    const order = scan({}).Items.map((item) => item.pk?.S);
    expect(order).not.toEqual([...order].sort());
    expect(scan({}).Items.map((item) => item.pk?.S)).toEqual(order);
  });

  it.each([1, 2, 3, 7, 64])('in %d segments finds every item once', (TotalSegments) => {
    const found = new Set<string | undefined>();
    let count = 0;
    for (let Segment = 0; Segment < TotalSegments; Segment += 1) {
      let start: object = {};
      for (;;) {
        const page = scan({ Segment, TotalSegments, Limit: 50, ...start });
        count += page.Count;
        for (const item of page.Items) found.add(item.pk?.S);
        if (page.LastEvaluatedKey === undefined) break;
        start = { ExclusiveStartKey: page.LastEvaluatedKey };
      }
    }
    expect([found.size, count]).toEqual([600, 600]);
  });

  it('refuses a start key of another segment', () => {
    const { LastEvaluatedKey } = scan({ Limit: 1 });
    expect(
      engine.refusal('Scan', {
        TableName: 'simple',
        Segment: 3,
        TotalSegments: 4,
        ExclusiveStartKey: LastEvaluatedKey,
      }),
    ).toMatch(/use ExclusiveStartKey with correct Segment/);
  });
});
