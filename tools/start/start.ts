import { accessToken } from '../cloud/access-token.ts';
import { ACCOUNTS } from '../cloud/accounts.ts';
import { checkDataFormat } from '../cloud/data-format.ts';
import { explainError } from '../cloud/explain-error.ts';
import { DATA, ROOT, START_LOCK } from '../cloud/folders.ts';
import { hostedFrom } from '../cloud/hosted.ts';
import { openCloud } from '../cloud/open-cloud.ts';
import { findRunning, publishRunning, withdrawRunning } from '../cloud/running-cloud.ts';
import { takeStartLock } from '../cloud/start-lock.ts';
import { stepsOn } from '../cloud/steps.ts';
import { stopped } from '../cloud/stop-signal.ts';
import { isSynthesized, synthesize } from '../cloud/synthesize.ts';
import { servePlayer } from '../player/serve-player.ts';
import { checkPorts, type Ports } from './ports.ts';
import { statusLines } from './status-lines.ts';
import { welcome } from './welcome.ts';

/** The origin of pages that the default configuration allows. */
const PLAYER_PORT = 5173;
/** The page plays the videos of this account. */
const PLAYER_ACCOUNT = 'uploader-a';

/** Actions that change an item of the table. */
const WRITES = /^dynamodb:(Put|Update|Delete)Item$/;

/**
 * Hosts the local cloud over the project's data folder until `stop` aborts.
 *
 * @returns the exit code
 * @throws Error where something is missing or in use; everything is checked before the synthesis, which takes longest
 */
export async function start(ports: Ports, stop: AbortSignal): Promise<number> {
  const lock = takeStartLock(START_LOCK);
  if (!lock) throw new Error(alreadyRuns());
  const { say, step } = stepsOn(process.stdout);
  try {
    await checkPorts(ports);
    checkDataFormat(DATA);
    const synthesis = () => synthesize(ROOT, { stop });
    const onError = (error: unknown, where: string) =>
      say(`Error in the local cloud (${where}): ${explainError(error)}`);
    const assemblyDir = isSynthesized(ROOT)
      ? await synthesis()
      : await step('Synthesizing the CDK app (after a change of its sources)', synthesis);
    const cloud = await step('Starting the local cloud', () =>
      openCloud({ assemblyDir, dataDir: DATA, ports, seeds: ACCOUNTS, onError }, stop),
    );
    try {
      const hosted = hostedFrom(cloud.outputs, cloud.endpoints, cloud.operator);
      const player = await servePlayer({
        api: hosted.api,
        port: PLAYER_PORT,
        getToken: () => accessToken(hosted, PLAYER_ACCOUNT),
      });
      const lines = statusLines(hosted, say, player?.watchUrl);
      cloud.onAuditEntry(({ action }) => {
        if (WRITES.test(action)) lines.changed();
      });
      publishRunning(hosted);
      say(welcome(hosted));
      if (!player) say(`Port ${PLAYER_PORT} is in use, so there is no page to watch videos.`);
      await stopped(stop);
      say('\nStopping …');
      withdrawRunning();
      lines.close();
      await player?.close();
    } finally {
      await cloud.close();
    }
    return 0;
  } finally {
    lock.release();
  }
}

function alreadyRuns(): string {
  try {
    const { api, pid } = findRunning();
    return `The local cloud is already running: process ${pid}, API at ${api}. Use that one, or stop it with Ctrl-C first.`;
  } catch {
    return 'npm start or npm run reset is already running for this folder. Stop it first, or wait until it is done.';
  }
}
