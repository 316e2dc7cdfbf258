import { systemClock } from '../shared/clock.ts';
import { authorizeByOwnership } from './access/plain-authorize.ts';
import { parseArguments, USAGE } from './arguments.ts';
import { createS3 } from './s3.ts';

/** `npm run --silent s3 -- --port N --data DIR --credentials ID:SECRET[,ID:SECRET…]`: S3 alone, for other tools. */
const parsed = parseArguments(process.argv.slice(2));
if ('mistake' in parsed) {
  console.error(`${parsed.mistake}\n${USAGE}`);
  process.exit(2);
}

const s3 = await createS3({
  dataDir: parsed.data,
  clock: systemClock,
  credentials: parsed.credentials,
  authorize: authorizeByOwnership,
  emit: () => undefined,
  legacy: true,
});

// Registered before the ready message, since the caller may send a signal as soon as it is printed.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void s3.close().then(() => process.exit(0)));
}

try {
  console.log(`S3 is ready at ${await s3.listen(parsed.port)}, data in ${parsed.data}`);
} catch (error) {
  console.error(`Port ${parsed.port} cannot be used: ${(error as Error).message}`);
  process.exit(1);
}
