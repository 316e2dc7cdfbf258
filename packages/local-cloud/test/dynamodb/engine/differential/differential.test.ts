import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { createDynamoDbEngine } from '../../../../src/dynamodb/engine/index.ts';
import { systemClock } from '../../../../src/dynamodb/engine/shared.ts';
import { engineSender } from './engine-sender.ts';
import { ReferenceModel } from './model.ts';
import { randomSequence } from './random-sequence.ts';
import { createTableRequest } from './requests.ts';
import { outcomeText, runStep } from './subject.ts';

/** `DYNAMODB_SEQUENCES=1000` for a long run; `DYNAMODB_SEED` repeats one. */
const SEQUENCES = Number(process.env.DYNAMODB_SEQUENCES ?? 40);
const SEED = Number(process.env.DYNAMODB_SEED ?? Math.floor(Math.random() * 2 ** 31));

const folder = mkdtempSync(join(tmpdir(), 'dynamodb-differential-'));
const engine = createDynamoDbEngine({ folder, clock: systemClock });
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true });
});

it(`does what the model does, in ${SEQUENCES} random sequences (seed ${SEED})`, async () => {
  const send = engineSender(engine);
  await fc.assert(
    fc.asyncProperty(randomSequence, async ({ spec, steps }) => {
      const model = new ReferenceModel(spec);
      engine.execute('CreateTable', createTableRequest(spec));
      try {
        for (const step of steps) {
          const expected = outcomeText(model.run(step));
          expect(outcomeText(await runStep(send, step, spec))).toBe(expected);
        }
      } finally {
        engine.execute('DeleteTable', { TableName: 'differential' });
      }
    }),
    { seed: SEED, numRuns: SEQUENCES },
  );
}, 3_600_000);
