import * as fc from 'fast-check';
import { step, tableSpec } from './arbitraries.ts';
import { order } from './model-values.ts';

const MAX_STEPS = Number(process.env.DYNAMODB_STEPS ?? 200);

/** A random table and what is done with it. */
export const randomSequence = tableSpec.chain((spec) =>
  fc.record({
    spec: fc.constant(spec),
    steps: fc.array(
      step(spec, (low, high) => (order(low, high) ?? 1) <= 0),
      { minLength: 1, maxLength: MAX_STEPS, size: 'max' },
    ),
  }),
);
