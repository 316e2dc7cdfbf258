import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { createDynamoDbEngine } from '../../../../src/dynamodb/engine/index.ts';
import { AwsError, systemClock } from '../../../../src/dynamodb/engine/shared.ts';
import { step, tableSpec } from './arbitraries.ts';
import { ReferenceModel } from './model.ts';
import { order } from './model-values.ts';
import { createTableRequest } from './requests.ts';
import { outcomeText, RefusedBySubject, runStep, type Send } from './subject.ts';

/** `DYNAMODB_SEQUENCES=1000` for a long run; `DYNAMODB_SEED` repeats one. */
const SEQUENCES = Number(process.env.DYNAMODB_SEQUENCES ?? 40);
const MAX_STEPS = Number(process.env.DYNAMODB_STEPS ?? 200);
const SEED = Number(process.env.DYNAMODB_SEED ?? Math.floor(Math.random() * 2 ** 31));

const folder = mkdtempSync(join(tmpdir(), 'dynamodb-differential-'));
const engine = createDynamoDbEngine({ folder, clock: systemClock });
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true });
});

const send: Send = async (operation, body) => {
  try {
    return engine.execute(operation, JSON.parse(JSON.stringify(body))) as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const reasons = (error.members.CancellationReasons ?? []) as readonly { Code: string }[];
    throw new RefusedBySubject(
      error.code,
      error.message,
      reasons.map(({ Code }) => Code),
    );
  }
};

const sequence = tableSpec.chain((spec) =>
  fc.record({
    spec: fc.constant(spec),
    steps: fc.array(
      step(spec, (low, high) => (order(low, high) ?? 1) <= 0),
      {
        minLength: 1,
        maxLength: MAX_STEPS,
        size: 'max',
      },
    ),
  }),
);

it(`does what the model does, in ${SEQUENCES} random sequences (seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(sequence, async ({ spec, steps }) => {
      const model = new ReferenceModel(spec);
      engine.execute('CreateTable', createTableRequest(spec));
      try {
        for (const each of steps) {
          const expected = outcomeText(model.run(each));
          expect(outcomeText(await runStep(send, each, spec))).toBe(expected);
        }
      } finally {
        engine.execute('DeleteTable', { TableName: 'differential' });
      }
    }),
    { seed: SEED, numRuns: SEQUENCES, endOnFailure: false },
  );
}, 600_000);
