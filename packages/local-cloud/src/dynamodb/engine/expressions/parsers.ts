import { cachedParser } from './parse-cache.ts';
import { parseCondition } from './parse-condition.ts';
import { parseProjection } from './parse-projection.ts';
import { parseUpdate } from './parse-update.ts';

// The parsers of the expression parameters; each remembers what it parsed.
export const parseWriteCondition = cachedParser((text) =>
  parseCondition('ConditionExpression', text),
);
export const parseFilter = cachedParser((text) => parseCondition('FilterExpression', text));
export const parseKeyCondition = cachedParser((text) =>
  parseCondition('KeyConditionExpression', text),
);
export const parseProjectionCached = cachedParser(parseProjection);
export const parseUpdateCached = cachedParser(parseUpdate);
