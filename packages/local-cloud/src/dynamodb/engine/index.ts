export { type Access, accessOf } from './access.ts';
export type { ConsumedUnits } from './capacity.ts';
export { createDynamoDbEngine, type DynamoDbEngine, type DynamoDbEngineOptions } from './engine.ts';
export { type TableKeys, UNKNOWN_KEY } from './leading-key.ts';
export { streamOf } from './operations/shard-iterator.ts';
export type { IndexLag } from './storage/index-lag.ts';
export { streamArn } from './tables/stream-definition.ts';
export { operationOf } from './targets.ts';
