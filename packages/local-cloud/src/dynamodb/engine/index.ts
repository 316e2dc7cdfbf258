export { type Access, accessOf, type TableKeys, UNKNOWN_KEY } from './access.ts';
export { createDynamoDbEngine, type DynamoDbEngine, type DynamoDbEngineOptions } from './engine.ts';
export type { IndexLag } from './storage/index-lag.ts';
export type { TransactionConflictOptions } from './transaction-conflicts.ts';
