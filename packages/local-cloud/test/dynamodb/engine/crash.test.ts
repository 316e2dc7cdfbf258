import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createDynamoDbEngine, type DynamoDbEngine } from '../../../src/dynamodb/engine/index.ts';
import { systemClock } from '../../../src/dynamodb/engine/shared.ts';
import { ACCOUNTS, crashRequest } from './crash-requests.ts';

const KILLS = Number(process.env.DYNAMODB_KILLS ?? 6);
const SEED = Number(process.env.DYNAMODB_SEED ?? Math.floor(Math.random() * 2 ** 31));
const MAX_MS_BEFORE_KILL = 120;
/** A start of Node, the writes and the comparison, on a busy machine. */
const MAX_MS_A_KILL = 10_000;

const folder = mkdtempSync(join(tmpdir(), 'dynamodb-crash-'));
afterAll(() => rmSync(folder, { recursive: true }));

let state = SEED;
/** From 0 to 1. */
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

const TABLE = {
  TableName: 'accounts',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'group'].map((name) => ({
    AttributeName: name,
    AttributeType: 'S',
  })),
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byGroup',
      KeySchema: [{ AttributeName: 'group', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};

/** Runs the child until it is killed after `ms`; returns the number of the last request that got a response. */
async function writeUntilKilled(first: number, ms: number): Promise<number> {
  const script = fileURLToPath(new URL('./crash-child.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, folder, String(first)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let last = first - 1;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'ready') setTimeout(() => child.kill('SIGKILL'), ms);
    else last = Number(line);
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  return last;
}

type Account = Record<string, { S: string; N: string }>;

function items(engine: DynamoDbEngine, IndexName?: string): Account[] {
  const found: Account[] = [];
  let start: object = {};
  for (;;) {
    const page = engine.execute('Scan', {
      TableName: 'accounts',
      ...(IndexName && { IndexName }),
      ...start,
    }) as { Items: Account[]; LastEvaluatedKey?: object };
    found.push(...page.Items);
    if (page.LastEvaluatedKey === undefined) return found;
    start = { ExclusiveStartKey: page.LastEvaluatedKey };
  }
}

/** What the requests up to, but without, `end` leave, as text. */
function expected(end: number): string {
  const balances = new Map<string, [number, number]>();
  const kept = new Set<string>();
  for (let number = 0; number < end; number += 1) {
    const [operation] = crashRequest(number);
    if (operation === 'PutItem') kept.add(`item-${number}`);
    else if (operation === 'DeleteItem') kept.delete(`item-${number - 11}`);
    else {
      for (const [index, amount] of [
        [number, number + 1],
        [number + 1, -number - 1],
      ] as const) {
        const name = `account-${index % ACCOUNTS}`;
        const [balance, writes] = balances.get(name) ?? [0, 0];
        balances.set(name, [balance + amount, writes + 1]);
      }
    }
  }
  const accounts = [...balances].map(([name, [balance, writes]]) => `${name} ${balance} ${writes}`);
  return [...accounts, ...kept].sort().join('\n');
}

function shown(all: readonly Account[]): string {
  return all
    .map(({ pk, balance, writes }) =>
      balance ? `${pk?.S} ${balance.N} ${writes?.N}` : (pk?.S ?? ''),
    )
    .sort()
    .join('\n');
}

it(
  `kill -9 loses no acknowledged write and leaves no half of a transaction (${KILLS} kills, seed ${SEED})`,
  async () => {
    const made = createDynamoDbEngine({ folder, clock: systemClock });
    made.execute('CreateTable', TABLE);
    made.close();
    let next = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const last = await writeUntilKilled(next, random() * MAX_MS_BEFORE_KILL);
      // Opened without a lag, the engine shows every write in the index.
      const engine = createDynamoDbEngine({ folder, clock: systemClock });
      const found = shown(items(engine));
      const inIndex = shown(items(engine, 'byGroup'));
      engine.close();
      // The request that was under way is done whole or not at all.
      const done = found === expected(last + 1) ? last + 1 : last + 2;
      expect(found).toBe(expected(done));
      expect(inIndex).toBe(found);
      next = done;
    }
    expect(next).toBeGreaterThan(0);
  },
  60_000 + KILLS * MAX_MS_A_KILL,
);
