import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type FaultRuleInput, startCloud } from '@reelgate/local-cloud';
import { ACCOUNTS, workerAccount } from './accounts.ts';
import { ROOT } from './folders.ts';
import { hostedFrom } from './hosted.ts';
import { synthesize } from './synth.ts';

/**
 * Hosts the local cloud without a word, for tests and trials: prints one line of JSON (`Hosted`) once it is
 * ready, and stays until SIGTERM.
 *
 *   node tools/host.ts --data DIR [--configuration JSON] [--ports api,s3,services,identity] [--faults JSON] [--control PORT]
 *     [--workers N]
 *
 * `--faults` takes a list of fault rules, `--control` opens the endpoint over which more are told (0: any free
 * port) and tells its URL and token; see packages/local-cloud/docs/faults.md. `--workers` seeds `worker-1` … `worker-N` beside the
 * usual accounts.
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    configuration: { type: 'string' },
    ports: { type: 'string', default: '0,0,0,0' },
    faults: { type: 'string' },
    control: { type: 'string' },
    workers: { type: 'string', default: '0' },
  },
});
if (!values.data) throw new Error('--data DIR is needed: where the local cloud keeps its data.');
const [api = 0, s3 = 0, services = 0, identity = 0] = values.ports.split(',').map(Number);
const configuration = values.configuration && (JSON.parse(values.configuration) as object);
const workers = Array.from({ length: Number(values.workers) }, (_, index) => workerAccount(index + 1));
const cloud = await startCloud({
  assemblyDir: await synthesize(ROOT, configuration || undefined),
  dataDir: resolve(values.data),
  ports: { api, s3, services, identity },
  seeds: [...ACCOUNTS, ...workers],
  ...(values.faults === undefined
    ? {}
    : { faults: JSON.parse(values.faults) as readonly FaultRuleInput[] }),
  ...(values.control === undefined ? {} : { controlPort: Number(values.control) }),
});
const hosted = hostedFrom(cloud.outputs, cloud.endpoints, cloud.operator);
console.log(JSON.stringify({ ...hosted, ...(cloud.control ? { control: cloud.control } : {}) }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void cloud.close());
