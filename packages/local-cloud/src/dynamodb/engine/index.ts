export { type Access, accessOf } from './access.ts';
export type { ConsumedUnits } from './capacity.ts';
export { createDynamoDbEngine, type DynamoDbEngine, type DynamoDbEngineOptions } from './engine.ts';
export { type TableKeys, UNKNOWN_KEY } from './leading-key.ts';
export type { IndexLag } from './storage/index-lag.ts';
