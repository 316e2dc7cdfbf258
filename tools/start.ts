import { startCloud } from '@reelgate/local-cloud';
import { ACCOUNTS } from './cloud/accounts.ts';
import { DATA, ROOT } from './cloud/folders.ts';
import { announce, findRunning, hostedFrom, withdraw } from './cloud/hosted.ts';
import { synthesize } from './cloud/synthesize.ts';
import { statusLines } from './start/status-lines.ts';
import { walkThrough } from './start/welcome.ts';

const PORTS = { api: 4500, s3: 4501, services: 4502, identity: 4503 };

async function main(): Promise<void> {
  refuseSecondStart();
  console.log('Synthesizing the stacks …');
  const assemblyDir = await synthesize(ROOT);
  console.log('Starting the local cloud …');
  const cloud = await startCloud({ assemblyDir, dataDir: DATA, ports: PORTS, seeds: ACCOUNTS });
  const hosted = hostedFrom(cloud.outputs, cloud.endpoints, cloud.operator);
  const lines = statusLines(hosted, (line) => console.log(line));
  cloud.onAuditEntry((entry) => {
    if (entry.action.startsWith('dynamodb:') && WRITES.test(entry.action)) lines.changed();
  });
  announce(hosted);
  console.log(walkThrough(hosted));

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    console.log('\nStopping …');
    withdraw();
    lines.close();
    await cloud.close();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

const WRITES = /:(Put|Update|Delete)Item$/;

function refuseSecondStart(): void {
  let pid: number;
  try {
    pid = findRunning().pid;
  } catch {
    return;
  }
  throw new Error(
    `The local cloud already runs (process ${pid}). Stop it first, or use it as it is.`,
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
