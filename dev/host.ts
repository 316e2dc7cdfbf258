import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startCloud } from '../local/cloud.ts';
import { ACCOUNTS } from './accounts.ts';
import { ROOT } from './folders.ts';
import { hostedFrom } from './hosted.ts';
import { synthesize } from './synth.ts';

/**
 * Hosts the local cloud without a word, for tests and trials: prints one line of JSON (`Hosted`) once it is
 * ready, and stays until SIGTERM.
 *
 *   node dev/host.ts --data DIR [--configuration JSON] [--ports api,s3,services,identity]
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    configuration: { type: 'string' },
    ports: { type: 'string', default: '0,0,0,0' },
  },
});
if (!values.data) throw new Error('--data DIR is needed: where the local cloud keeps its data.');
const [api = 0, s3 = 0, services = 0, identity = 0] = values.ports.split(',').map(Number);
const configuration = values.configuration && (JSON.parse(values.configuration) as object);
const cloud = await startCloud({
  assemblyDir: await synthesize(ROOT, configuration || undefined),
  dataDir: resolve(values.data),
  ports: { api, s3, services, identity },
  seeds: ACCOUNTS,
});
console.log(JSON.stringify(hostedFrom(cloud.outputs, cloud.endpoints, cloud.operator)));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void cloud.close());
