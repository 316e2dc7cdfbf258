import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { createDynamoDbEngine } from '../../../../src/dynamodb/engine/index.ts';
import { systemClock } from '../../../../src/dynamodb/engine/shared.ts';
import { randomSecret } from '../../../../src/iam/access-key.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from './dynamodb-local.ts';
import { engineSender } from './engine-sender.ts';
import { KNOWN_DIFFERENCES } from './known-differences.ts';
import { randomSequence } from './random-sequence.ts';
import { createTableRequest } from './requests.ts';
import { outcomeText, RefusedBySubject, runStep, type Send } from './subject.ts';

/** `DYNAMODB_LOCAL_SEQUENCES=1000` for a long run; `DYNAMODB_SEED` repeats one. */
const SEQUENCES = Number(process.env.DYNAMODB_LOCAL_SEQUENCES ?? 5);
const SEED = Number(process.env.DYNAMODB_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.DownloadingAndRunning.html */
const NEEDED_JAVA = 17;
const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
const javaVersion = Number(/version "(\d+)/.exec(java.stderr ?? '')?.[1] ?? 0);
const hasJava = java.status === 0 && javaVersion >= NEEDED_JAVA;
const folder = mkdtempSync(join(tmpdir(), 'dynamodb-local-'));
const engine = createDynamoDbEngine({ folder: join(folder, 'engine'), clock: systemClock });
let local: DynamoDbLocal | undefined;

beforeAll(async () => {
  if (!hasJava) return;
  const options = { folder: join(folder, 'java'), secret: randomSecret, environment: process.env };
  local = await startDynamoDbLocal(options);
});
afterAll(async () => {
  await local?.close();
  engine.close();
  rmSync(folder, { recursive: true });
});

const sendToLocal: Send = async (operation, body) => {
  if (local === undefined) throw new Error('DynamoDB Local is not running.');
  const response = await local.send(operation, JSON.stringify(body));
  const parsed = JSON.parse(response.body.toString());
  if (response.status === 200) return parsed;
  const code = String(parsed.__type).replace(/^.*#/, '');
  const reasons = (parsed.CancellationReasons ?? []) as readonly { Code: string }[];
  throw new RefusedBySubject(
    code,
    parsed.message ?? parsed.Message,
    reasons.map(({ Code }) => Code),
  );
};

const check = hasJava ? it : it.skip;
if (!hasJava) {
  const found = javaVersion === 0 ? 'there is no java on the PATH' : `java is ${javaVersion}`;
  console.warn(`Skipped: DynamoDB Local needs Java ${NEEDED_JAVA} or newer; ${found}.`);
}

check(
  `does what DynamoDB Local does, in ${SEQUENCES} random sequences (seed ${SEED}), except for known differences`,
  async () => {
    const sendToEngine = engineSender(engine);
    await fc.assert(
      fc.asyncProperty(randomSequence, async ({ spec, steps }) => {
        const request = createTableRequest(spec);
        await sendToLocal('CreateTable', request);
        engine.execute('CreateTable', request);
        try {
          for (const step of steps) {
            const ours = await runStep(sendToEngine, step, spec);
            const theirs = await runStep(sendToLocal, step, spec);
            if (outcomeText(ours) === outcomeText(theirs)) continue;
            const known = KNOWN_DIFFERENCES.some((each) => each.applies(step, ours, theirs));
            if (!known) expect(outcomeText(ours)).toBe(outcomeText(theirs));
            // After a write that only one of them did, they have no more to be compared.
            if ('refused' in ours !== 'refused' in theirs) return;
          }
        } finally {
          await sendToLocal('DeleteTable', { TableName: 'differential' });
          engine.execute('DeleteTable', { TableName: 'differential' });
        }
      }),
      { seed: SEED, numRuns: SEQUENCES },
    );
  },
  3_600_000,
);
