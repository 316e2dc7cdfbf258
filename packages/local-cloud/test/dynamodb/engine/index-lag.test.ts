import { key, openEngine, s, TABLE } from './harness.ts';

const LAG = { seed: 7, maxMs: 1000 };
let engine: ReturnType<typeof openEngine>;
beforeEach(() => {
  engine = openEngine({ indexLag: LAG });
  engine.execute('CreateTable', TABLE);
});
afterEach(() => engine.remove());

const TableName = 'uploads';
const put = (pk: string, owner: string, state = '') =>
  engine.execute('PutItem', {
    TableName,
    Item: { ...key(pk), owner: s(owner), created: s('1'), state_: s(state) },
  });
function owned(owner: string) {
  const { Items } = engine.execute('Query', {
    TableName,
    IndexName: 'byOwner',
    KeyConditionExpression: '#o = :o',
    ExpressionAttributeNames: { '#o': 'owner' },
    ExpressionAttributeValues: { ':o': s(owner) },
  });
  return (Items as { pk: { S: string }; state_: { S: string } }[]).map(
    (item) => item.pk.S + item.state_.S,
  );
}

it('shows a write in a global index only after a while, and in the table and local indexes at once', () => {
  put('a', 'me');
  expect(owned('me')).toEqual([]);
  expect(engine.execute('GetItem', { TableName, Key: key('a') }).Item).toBeDefined();
  const local = engine.execute('Query', {
    TableName,
    IndexName: 'byCreation',
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :p',
    ExpressionAttributeValues: { ':p': s('a') },
  });
  expect(local.Count).toBe(1);
  engine.clock.advance(LAG.maxMs);
  expect(owned('me')).toEqual(['a']);
});

it('shows the old entry until the new one comes', () => {
  put('a', 'me', '1');
  engine.clock.advance(LAG.maxMs);
  put('a', 'you', '2');
  expect([owned('me'), owned('you')]).toEqual([['a1'], []]);
  engine.clock.advance(LAG.maxMs);
  expect([owned('me'), owned('you')]).toEqual([[], ['a2']]);
});

it('shows the writes of one item in their order', () => {
  const seen = new Set<string>();
  let last = 0;
  for (let round = 1; round <= 50; round += 1) {
    put('a', 'me', String(round));
    engine.clock.advance(100);
    const [now] = owned('me');
    const shown = Number(now?.slice(1) ?? 0);
    expect(shown).toBeGreaterThanOrEqual(last);
    last = shown;
    seen.add(String(shown));
  }
  expect(seen.size).toBeGreaterThan(5);
  expect(seen.size).toBeLessThan(50);
});

it('delays each write by an amount that the seed decides', () => {
  const moments = (seed: number) => {
    const other = openEngine({ indexLag: { seed, maxMs: 1000 } });
    other.execute('CreateTable', TABLE);
    for (let i = 0; i < 20; i += 1) {
      other.execute('PutItem', {
        TableName,
        Item: { ...key(`p${i}`), owner: s('me'), created: s('1') },
      });
    }
    const counts = Array.from({ length: 11 }, () => {
      const { Count } = other.execute('Scan', { TableName, IndexName: 'byOwner' });
      other.clock.advance(100);
      return Count;
    });
    other.remove();
    return counts;
  };
  const first = moments(1);
  expect(moments(1)).toEqual(first);
  expect(moments(2)).not.toEqual(first);
  expect(first.at(-1)).toBe(20);
  expect(new Set(first).size).toBeGreaterThan(5);
});

it('keeps pending entries over a restart, and without a lag they are there at once', () => {
  put('a', 'me');
  engine.reopen();
  expect(owned('me')).toEqual([]);
  engine.reopen({ indexLag: undefined });
  expect(owned('me')).toEqual(['a']);
});

it('refuses a consistent read of a global index', () => {
  const request = { TableName, IndexName: 'byOwner', ConsistentRead: true };
  expect(engine.refusal('Scan', request)).toBe(
    'ValidationException: Consistent reads are not supported on global secondary indexes',
  );
});

it('an index that was deleted leaves nothing pending', () => {
  put('a', 'me');
  const GlobalSecondaryIndexUpdates = [{ Delete: { IndexName: 'byOwner' } }];
  engine.execute('UpdateTable', { TableName, GlobalSecondaryIndexUpdates });
  engine.clock.advance(LAG.maxMs);
  expect(engine.refusal('Scan', { TableName, IndexName: 'byOwner' })).toMatch(
    /does not have the specified index: byOwner/,
  );
});
