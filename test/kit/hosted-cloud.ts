import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { uploadsApi } from '@reelgate/client';
import type { CloudOptions, FaultRuleInput } from '@reelgate/local-cloud';
import { accessToken } from '../../tools/cloud/access-token.ts';
import type { Hosted } from '../../tools/cloud/hosted.ts';
import { temporaryFolder } from '../../tools/cloud/temporary-folder.ts';
import { testIndexLag } from './index-lag.ts';
import { UNLIMITED_REQUESTS } from './unlimited-requests.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The local cloud in a process and with a data folder of its own. */
export interface HostedCloud {
  readonly hosted: Hosted;
  /** The data folder. */
  readonly data: string;
  /** A client of the API that is signed in as one of the seeded accounts. */
  as(username: string): Promise<ReturnType<typeof uploadsApi>>;
  tokenOf(username: string): Promise<string>;
  /** Kills the process with SIGKILL. */
  kill(): Promise<void>;
  /** Starts the cloud again with the same data on the same ports. */
  restart(): Promise<void>;
  /** Stops the cloud and removes its data. */
  close(): Promise<void>;
}

export interface HostingOptions {
  /** Fault rules that apply from the start, and again after a restart. */
  readonly faults?: readonly FaultRuleInput[];
  /** Opens the control endpoint (`hosted.control`), which can also move the clock. */
  readonly control?: boolean;
  /** Adds the accounts `worker-1` … `worker-<n>` to the usual ones. */
  readonly workers?: number;
  /**
   * Writes appear in global secondary indexes after up to 200 ms, as on AWS: a test polls what it reads from a list.
   * The delays follow from REELGATE_SEED.
   * @default true
   */
  readonly indexLag?: boolean;
  /** Quotas of MediaConvert. */
  readonly jobs?: NonNullable<CloudOptions['jobs']>;
  /** S3 ignores the checksum of a completion where none was named at the creation, as AWS may. @default false */
  readonly ignoreUnnamedChecksums?: boolean;
}

/**
 * @param configuration as in cdk.json; without budgets of its own, the users of a test may make any number of requests:
 * a test polls more often than a client
 */
export async function hostCloud(
  given: object = {},
  options: HostingOptions = {},
): Promise<HostedCloud> {
  const configuration = { budgets: UNLIMITED_REQUESTS.budgets, ...given };
  const folder = temporaryFolder('e2e');
  const data = folder.path;
  let ports = '0,0,0,0';
  let { child, hosted } = await start(data, ports, configuration, options);
  const tokens = new Map<string, string>();
  const tokenOf = async (username: string) => {
    const token = tokens.get(username) ?? (await accessToken(hosted, username));
    tokens.set(username, token);
    return token;
  };
  const cloud: HostedCloud = {
    get hosted() {
      return hosted;
    },
    data,
    tokenOf,
    async as(username) {
      const token = await tokenOf(username);
      return uploadsApi({ api: hosted.api, getToken: () => token, attempts: 1 });
    },
    kill: () => ended(child, 'SIGKILL'),
    async restart() {
      ports = [hosted.api, hosted.endpoints.s3, hosted.endpoints.services, hosted.issuer]
        .map((url) => new URL(url).port)
        .join(',');
      ({ child, hosted } = await start(data, ports, configuration, options));
    },
    async close() {
      await ended(child, 'SIGTERM');
      folder.remove();
    },
  };
  return cloud;
}

async function start(
  data: string,
  ports: string,
  configuration: object,
  {
    faults,
    control = false,
    workers = 0,
    indexLag = true,
    jobs,
    ignoreUnnamedChecksums = false,
  }: HostingOptions,
) {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      'tools/host.ts',
      ...['--data', data, '--ports', ports],
      ...['--configuration', JSON.stringify(configuration)],
      ...(faults ? ['--faults', JSON.stringify(faults)] : []),
      ...(control ? ['--control', '0'] : []),
      ...(indexLag ? ['--index-lag', JSON.stringify(testIndexLag())] : []),
      ...(jobs ? ['--jobs', JSON.stringify(jobs)] : []),
      ...(ignoreUnnamedChecksums ? ['--ignore-unnamed-checksums'] : []),
      ...(workers > 0 ? ['--workers', String(workers)] : []),
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  // A process that exits without `close` must not leave its cloud behind.
  const kill = () => child.kill('SIGKILL');
  process.on('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = `${complaints}${chunk}`.slice(-10_000);
  });
  const hosted = await new Promise<Hosted>((resolve, reject) => {
    createInterface(child.stdout).once('line', (line) => resolve(JSON.parse(line) as Hosted));
    child.once('exit', (code) => reject(new Error(`The host ended (${code}): ${complaints}`)));
  });
  return { child, hosted };
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}
