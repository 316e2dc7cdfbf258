import { createDynamoDbEngine } from '../../../src/dynamodb/engine/index.ts';
import { systemClock } from '../../../src/dynamodb/engine/shared.ts';
import { crashRequest } from './crash-requests.ts';

// Writes until it is killed, and prints the number of each request that got a response.
const [, , folder = '', first = '0'] = process.argv;
const engine = createDynamoDbEngine({
  folder,
  clock: systemClock,
  indexLag: { seed: 1, maxMs: 20 },
});
process.stdout.write('ready\n');
for (let number = Number(first); ; number += 1) {
  const [operation, body] = crashRequest(number);
  engine.execute(operation, body);
  process.stdout.write(`${number}\n`);
}
