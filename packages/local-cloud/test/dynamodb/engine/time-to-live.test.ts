import { key, n, openEngine, s, TABLE } from './harness.ts';

const DELAY_MS = 60_000;
let engine: ReturnType<typeof openEngine>;
beforeEach(() => {
  engine = openEngine({ expiryDelayMs: DELAY_MS });
  engine.execute('CreateTable', TABLE);
});
afterEach(() => engine.remove());

const TableName = 'uploads';
const enable = (Enabled = true, AttributeName = 'expiresAt') => ({
  TableName,
  TimeToLiveSpecification: { Enabled, AttributeName },
});
const seconds = (fromNow: number) => Math.floor(engine.clock.now() / 1000) + fromNow;
const put = (pk: string, expiresAt: object | undefined) =>
  engine.execute('PutItem', {
    TableName,
    Item: { ...key(pk), owner: s('me'), created: s('1'), ...(expiresAt && { expiresAt }) },
  });
const pks = () =>
  (engine.execute('Scan', { TableName }).Items as { pk: { S: string } }[])
    .map((item) => item.pk.S)
    .sort();
const inIndex = () =>
  engine.execute('Query', {
    TableName,
    IndexName: 'byOwner',
    KeyConditionExpression: '#o = :o',
    ExpressionAttributeNames: { '#o': 'owner' },
    ExpressionAttributeValues: { ':o': s('me') },
  }).Count;

it('deletes an expired item some time after its expiry, from the indexes too', () => {
  engine.execute('UpdateTimeToLive', enable());
  put('expires', n(seconds(10)));
  put('stays', undefined);
  engine.clock.advance(10_000 + DELAY_MS - 1);
  expect(pks()).toEqual(['expires', 'stays']);
  engine.clock.advance(1);
  expect(pks()).toEqual(['stays']);
  expect(inIndex()).toBe(1);
});

it('keeps an item whose expiry was moved or removed', () => {
  engine.execute('UpdateTimeToLive', enable());
  put('moved', n(seconds(10)));
  put('removed', n(seconds(10)));
  put('moved', n(seconds(1000)));
  engine.execute('UpdateItem', {
    TableName,
    Key: key('removed'),
    UpdateExpression: 'REMOVE expiresAt',
  });
  engine.clock.advance(20_000 + DELAY_MS);
  expect(pks()).toEqual(['moved', 'removed']);
  engine.clock.advance(1_000_000);
  expect(pks()).toEqual(['removed']);
});

it('counts only numbers, and no expiry more than five years ago', () => {
  engine.execute('UpdateTimeToLive', enable());
  put('text', s(String(seconds(-10))));
  put('ancient', n(seconds(-6 * 365 * 86_400)));
  put('zero', n(0));
  put('fraction', n(`${seconds(5)}.9`));
  engine.clock.advance(10_000 + DELAY_MS);
  expect(pks()).toEqual(['ancient', 'text', 'zero']);
});

it('deletes more items than one sweep takes', () => {
  engine.execute('UpdateTimeToLive', enable());
  for (let i = 0; i < 250; i += 1) put(`p${i}`, n(seconds(1)));
  engine.clock.advance(2_000 + DELAY_MS);
  expect(pks()).toEqual([]);
});

it('applies to items that were written before, and continues after a restart', () => {
  put('old', n(seconds(10)));
  engine.execute('UpdateTimeToLive', enable());
  engine.reopen();
  engine.clock.advance(10_000 + DELAY_MS);
  expect(pks()).toEqual([]);
});

it('stops when it is disabled', () => {
  engine.execute('UpdateTimeToLive', enable());
  put('a', n(seconds(10)));
  engine.execute('UpdateTimeToLive', enable(false));
  engine.clock.advance(20_000 + DELAY_MS);
  expect(pks()).toEqual(['a']);
});

it('is described, and refuses what changes nothing', () => {
  const describe = () => engine.execute('DescribeTimeToLive', { TableName }).TimeToLiveDescription;
  expect(describe()).toEqual({ TimeToLiveStatus: 'DISABLED' });
  expect(engine.refusal('UpdateTimeToLive', enable(false))).toMatch(/already disabled/);
  engine.execute('UpdateTimeToLive', enable());
  expect(describe()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
  expect(engine.refusal('UpdateTimeToLive', enable())).toMatch(/already enabled/);
  expect(engine.refusal('UpdateTimeToLive', enable(true, 'other'))).toMatch(
    /active on a different AttributeName: current AttributeName is expiresAt/,
  );
});
