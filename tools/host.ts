import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { CloudOptions, FaultRuleInput } from '@reelgate/local-cloud';
import { ACCOUNTS, workerAccount } from './cloud/accounts.ts';
import { ROOT } from './cloud/folders.ts';
import { hostedFrom } from './cloud/hosted.ts';
import { openCloud } from './cloud/open-cloud.ts';
import { runCommand, UsageError } from './cloud/run-command.ts';
import { stopped } from './cloud/stop-signal.ts';
import { synthesize } from './cloud/synthesize.ts';

const USAGE = `Usage: node tools/host.ts --data DIR [--configuration JSON] [--ports API,S3,SERVICES,IDENTITY] [--faults JSON] [--control PORT] [--workers N] [--index-lag JSON] [--jobs JSON] [--ignore-unnamed-checksums]

Hosts the local cloud for tests: prints one line of JSON (\`Hosted\`) when it is ready and runs until a signal.

  --faults   a list of fault rules
  --control  opens the control endpoint, over which fault rules are added and removed (0: any free port); its URL
             and token are in the printed line; see packages/local-cloud/docs/faults.md
  --workers  adds the accounts worker-1 … worker-N to the usual ones
  --index-lag  delays writes in global secondary indexes, for example {"seed":1,"maxMs":200}
  --jobs     quotas of MediaConvert, for example {"atOnce":20,"createRate":{"rate":5,"burst":10}}
  --ignore-unnamed-checksums  S3 ignores the checksum of a completion where none was named before`;

await runCommand(USAGE, async (stop) => {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      configuration: { type: 'string' },
      ports: { type: 'string', default: '0,0,0,0' },
      faults: { type: 'string' },
      control: { type: 'string' },
      workers: { type: 'string', default: '0' },
      'index-lag': { type: 'string' },
      jobs: { type: 'string' },
      'ignore-unnamed-checksums': { type: 'boolean', default: false },
    },
  });
  if (!values.data) throw new UsageError('--data DIR is required: the folder for the data.');
  const indexLag = values['index-lag'];
  const [api = 0, s3 = 0, services = 0, identity = 0] = values.ports.split(',').map(Number);
  const configuration = values.configuration && (JSON.parse(values.configuration) as object);
  const workers = Array.from({ length: Number(values.workers) }, (_, i) => workerAccount(i + 1));
  const cloud = await openCloud(
    {
      assemblyDir: await synthesize(ROOT, { configuration: configuration || undefined, stop }),
      dataDir: resolve(values.data),
      ports: { api, s3, services, identity },
      seeds: [...ACCOUNTS, ...workers],
      ignoresUnnamedChecksums: values['ignore-unnamed-checksums'],
      ...(values.faults === undefined
        ? {}
        : { faults: JSON.parse(values.faults) as readonly FaultRuleInput[] }),
      ...(indexLag === undefined
        ? {}
        : { indexLag: JSON.parse(indexLag) as NonNullable<CloudOptions['indexLag']> }),
      ...(values.jobs === undefined
        ? {}
        : { jobs: JSON.parse(values.jobs) as NonNullable<CloudOptions['jobs']> }),
      ...(values.control === undefined ? {} : { controlPort: Number(values.control) }),
    },
    stop,
  );
  const hosted = hostedFrom(cloud.outputs, cloud.endpoints, cloud.operator);
  console.log(JSON.stringify({ ...hosted, ...(cloud.control ? { control: cloud.control } : {}) }));
  await stopped(stop);
  await cloud.close();
  return 0;
});
