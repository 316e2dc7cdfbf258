export { createDynamoDbEngine, type DynamoDbEngine, type DynamoDbEngineOptions } from './engine.ts';
export type { IndexLag } from './storage/index-lag.ts';
