import type { AddressInfo } from 'node:net';
import { startS3 } from '@reelgate/local-cloud/engines';
import { bareServer } from '../peers/bare-server.ts';
import { CREDENTIALS } from './bucket.ts';
import { countTraffic } from './traffic.ts';

/** One server of a bench in a process of its own: the local S3 or the bare server. Exits with its parent. */
const [kind, folder = ''] = process.argv.slice(2);

const traffic = countTraffic();
const endpoint = kind === 'bare' ? await listenBare() : await listenS3();
process.on('message', () => {
  // In kilobytes: https://nodejs.org/api/process.html#processresourceusage
  process.send?.({ peakBytes: process.resourceUsage().maxRSS * 1024, ...traffic() });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ endpoint });

async function listenS3(): Promise<string> {
  const { endpoint } = await startS3({ dataDir: folder, credentials: CREDENTIALS });
  return endpoint;
}

function listenBare(): Promise<string> {
  const server = bareServer(folder);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
}
