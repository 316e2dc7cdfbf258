import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ConsumedUnits,
  createDynamoDbEngine,
  type DynamoDbEngineOptions,
} from '../../../src/dynamodb/engine/index.ts';
import { AwsError, type Clock, type Timer } from '../../../src/dynamodb/engine/shared.ts';

/** A clock that stands until a test moves it; actions run when it passes their instant. */
class TestClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  readonly #waiting = new Set<{ readonly instant: number; readonly action: () => void }>();

  now(): number {
    return this.#now;
  }

  at(instant: number, action: () => void): Timer {
    const waiting = { instant, action };
    this.#waiting.add(waiting);
    return { cancel: () => this.#waiting.delete(waiting) };
  }

  advance(ms: number): void {
    this.#now += ms;
    for (;;) {
      const [due] = [...this.#waiting]
        .filter(({ instant }) => instant <= this.#now)
        .sort((a, b) => a.instant - b.instant);
      if (due === undefined) return;
      this.#waiting.delete(due);
      due.action();
    }
  }
}

/** An engine in a temporary folder, as a test uses it. */
export function openEngine(options: Partial<DynamoDbEngineOptions> = {}) {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'dynamodb-engine-'));
  const clock = new TestClock();
  let engine = createDynamoDbEngine({ clock, ...options, folder });
  return {
    clock,
    folder,
    get tables() {
      return engine.tables;
    },
    assertOperation: (operation: string) => engine.assertOperation(operation),
    execute: (operation: string, body: object): Record<string, unknown> =>
      engine.execute(operation, JSON.parse(JSON.stringify(body))) as Record<string, unknown>,
    /** The code and message with which a request is refused. */
    refusal(operation: string, body: object): string {
      try {
        engine.execute(operation, JSON.parse(JSON.stringify(body)));
      } catch (error) {
        if (error instanceof AwsError) return `${error.code}: ${error.message}`;
        throw error;
      }
      return 'not refused';
    },
    /** What a request consumed, whether it succeeded or was refused. */
    consumed(operation: string, body: object): readonly ConsumedUnits[] {
      let units: readonly ConsumedUnits[] = [];
      try {
        engine.execute(operation, JSON.parse(JSON.stringify(body)), (consumed) => {
          units = consumed;
        });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
      }
      return units;
    },
    reopen(changes: Partial<DynamoDbEngineOptions> = {}) {
      engine.close();
      engine = createDynamoDbEngine({ clock, ...options, ...changes, folder });
    },
    remove() {
      engine.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export const s = (text: string) => ({ S: text });
export const n = (number: number | string) => ({ N: String(number) });

const attribute = (name: string) => ({ AttributeName: name, AttributeType: 'S' });
const hash = (name: string) => ({ AttributeName: name, KeyType: 'HASH' });
const range = (name: string) => ({ AttributeName: name, KeyType: 'RANGE' });

/** A table with a sort key, an index of the owner with everything, and local and global ones of keys only. */
export const TABLE = {
  TableName: 'uploads',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk', 'owner', 'created'].map(attribute),
  KeySchema: [hash('pk'), range('sk')],
  LocalSecondaryIndexes: [
    {
      IndexName: 'byCreation',
      KeySchema: [hash('pk'), range('created')],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byOwner',
      KeySchema: [hash('owner'), range('created')],
      Projection: { ProjectionType: 'ALL' },
    },
    {
      IndexName: 'ownerKeys',
      KeySchema: [hash('owner')],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};

/** A table with a partition key alone and no index. */
export const SIMPLE_TABLE = {
  TableName: 'simple',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [attribute('pk')],
  KeySchema: [hash('pk')],
};

export const key = (pk: string, sk = 'x') => ({ pk: s(pk), sk: s(sk) });
