import { type ChildProcess, spawn } from 'node:child_process';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildClient } from '../../packages/client/build.ts';
import { type CloudControl, controlOf } from '../kit/cloud-control.ts';
import { eventually } from '../kit/eventually.ts';
import { type HostedCloud, hostCloud } from '../kit/hosted-cloud.ts';
import { writePaddedVideo } from '../kit/padded-video.ts';

const MIB = 1024 ** 2;
const MEDIA = join(import.meta.dirname, '..', 'fixtures', 'media');
const SOUND = join(MEDIA, 'sample_audio_only.mp4');
const FILM = join(MEDIA, 'sample_video_only.mp4');

let folder: string;
let cloud: HostedCloud;
let control: CloudControl;
let token: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelgate-command-line-'));
  [cloud] = await Promise.all([
    hostCloud(undefined, { control: true }),
    buildClient(join(folder, 'package')),
  ]);
  control = controlOf(cloud.hosted);
  token = await cloud.tokenOf('uploader-a');
});

afterAll(async () => {
  await cloud?.close();
  await rm(folder, { recursive: true, force: true });
});

afterEach(() => control.remove());

interface Run {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** Starts the built command line with a state folder of its own. */
function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Run {
  const command = [join(folder, 'package', 'esm', 'cli.js'), ...args];
  return startProgram(process.execPath, command, environment);
}

function startProgram(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Run {
  const child = spawn(program, args, {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      LANG: 'C.UTF-8',
      TERM: 'xterm',
      REELGATE_API: cloud.hosted.api,
      REELGATE_TOKEN: token,
      REELGATE_STATE: join(folder, 'state'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
    });
  }
  return {
    process: child,
    output: () => said.stdout,
    ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said }))),
  };
}

const run = (args: readonly string[], environment?: Readonly<Record<string, string>>) =>
  start(args, environment).ended;

const objects = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Number of parts sent to S3 since the recorded calls were last cleared. */
async function partsSent(): Promise<number> {
  const { calls } = await control.calls();
  return calls.filter(({ operation }) => operation === 'UploadPart').length;
}

/** Waits until S3 has received this many parts of the upload that a run with --json has started. */
async function untilReceived(begun: Run, parts: number): Promise<void> {
  const mine = await cloud.as('uploader-a');
  for (;;) {
    const id = /"event":"granted".*"id":"([^"]+)"/.exec(begun.output())?.[1];
    if (id && (await mine.parts(id)).parts.length >= parts) return;
    await sleep(50);
  }
}

describe('reelgate upload', () => {
  it('waits for several files; a rejected one makes the exit code 3', async () => {
    const { code, stdout, stderr } = await run(['upload', FILM, SOUND]);
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    expect(stdout).toMatch(/^✓ sample_video_only\.mp4 {2}ready /m);
    expect(stdout).toMatch(/^✗ sample_audio_only\.mp4 {2}rejected /m);
    expect(stdout).toContain('The file contains audio but no video. (audio_only)');
  });

  it('prints JSON for scripts, and exits after sending with --no-wait', async () => {
    const args = ['upload', FILM, '--json', '--no-wait', '--metadata', 'title=Film'];
    const { code, stdout } = await run(args);
    expect(code).toBe(0);
    const events = objects(stdout);
    expect(events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['granted', 'sending', 'ended']),
    );
    const last = events.at(-1);
    expect(last).toMatchObject({ event: 'ended', file: 'sample_video_only.mp4', status: 'sent' });
    const mine = await cloud.as('uploader-a');
    const { upload } = await mine.get(String(last?.id));
    expect(upload.metadata).toEqual({ title: 'Film' });
  });

  it('says why parts are retried, without a token or a presigned URL', async () => {
    await control.add({
      service: 's3',
      operation: 'UploadPart',
      kind: 'server_error',
      times: 'always',
    });
    const refused = start(['upload', FILM, '--json']);
    while (!refused.output().includes('"problem":"S3 refused part 1: 500 InternalError.')) {
      await sleep(50);
    }
    refused.process.kill('SIGINT');
    const { code, stdout, stderr } = await refused.ended;
    expect(code).toBe(130);
    for (const text of [stdout, stderr]) {
      expect(text).not.toContain(token);
      expect(text).not.toMatch(/X-Amz-|Signature/i);
    }
  });

  it('stops at Ctrl-C, prints how to resume, and resumes without sending a part again', async () => {
    const file = join(folder, 'half way.mp4');
    await writePaddedVideo(file, 64 * MIB);
    await control.forgetCalls();
    await control.add({
      service: 's3',
      operation: 'UploadPart',
      nth: 5,
      times: 'always',
      kind: 'delay',
      ms: 60_000,
    });
    const args = ['upload', file, '--concurrency', '2', '--no-wait', '--json'];
    const first = start(args);
    await untilReceived(first, 4);
    first.process.kill('SIGINT');
    const stopped = await first.ended;
    expect(stopped.code).toBe(130);
    expect(objects(stopped.stdout).at(-1)).toMatchObject({
      event: 'ended',
      status: 'stopped',
      problem: { next: `Resume it with: reelgate upload --resume '${file}'` },
    });
    await control.remove();
    await control.forgetCalls();
    const { code, stdout } = await run(['upload', '--resume', file]);
    expect(code).toBe(0);
    expect(stdout).toContain('resuming');
    expect(stdout).toMatch(/^✓ half way\.mp4 {2}ready /m);
    expect(await partsSent()).toBe(4);
  });

  it('resumes after it was killed, and refuses a file that has changed since', async () => {
    const file = join(folder, 'killed.mp4');
    await writePaddedVideo(file, 40 * MIB);
    await control.add({
      service: 's3',
      operation: 'UploadPart',
      nth: 3,
      times: 'always',
      kind: 'delay',
      ms: 60_000,
    });
    const first = start(['upload', file, '--concurrency', '2', '--json']);
    await untilReceived(first, 2);
    first.process.kill('SIGKILL');
    await first.ended;
    await control.remove();
    await appendFile(file, 'x');
    const changed = await run(['upload', '--resume', file]);
    expect(changed.code).toBe(5);
    expect(changed.stdout).toContain('(file_changed)');
    expect(changed.stdout).toContain('--fresh');
    const fresh = await run(['upload', '--fresh', file, '--no-wait']);
    expect(fresh.code).toBe(0);
    expect(fresh.stdout).toContain('started');
  });

  it('accepts options before the command, and refuses a text before a byte is sent', async () => {
    const file = join(folder, 'notes.txt');
    await writeFile(file, 'Only a few notes.');
    await control.forgetCalls();
    const { code, stdout } = await run(['--api', cloud.hosted.api, 'upload', file], {
      REELGATE_API: '',
    });
    expect(code).toBe(5);
    expect(stdout).toContain('The file is not a video. The file is text. (not_a_video)');
    expect(await partsSent()).toBe(0);
  });

  it('says that there is no API at the address of S3', async () => {
    const { s3 } = cloud.hosted.endpoints;
    const { code, stdout } = await run(['upload', FILM, '--api', s3]);
    expect(code).toBe(4);
    expect(stdout).toContain(`There is no reelgate API at ${s3}.`);
  });

  it('runs the token command again when the token is refused', async () => {
    const count = join(folder, 'asked');
    const good = join(folder, 'token');
    await writeFile(good, token);
    const command = `echo x >> '${count}'; if [ $(wc -l < '${count}') -lt 2 ]; then echo stale; else cat '${good}'; fi`;
    const { code } = await run(['list', '--token-command', command], { REELGATE_TOKEN: '' });
    expect(code).toBe(0);
  });
});

describe('On a terminal', () => {
  it('a progress line is updated in place, the result stays, and the cursor is shown again', async () => {
    const command = `'${process.execPath}' '${join(folder, 'package', 'esm', 'cli.js')}' upload '${FILM}'`;
    const { code, stdout } = await startProgram('script', ['-qec', command, '/dev/null'], {}).ended;
    expect(code).toBe(0);
    expect(stdout).toContain('\x1b[?25l');
    expect(stdout).toContain('\x1b[1A\r');
    expect(stdout).toMatch(/✓ sample_video_only\.mp4 {2}ready/);
    expect(stdout.trimEnd().endsWith('\x1b[?25h')).toBe(true);
  });
});

/** Nothing listens here; below the ephemeral range, and not among the ports that `fetch` refuses. */
const CLOSED_PORT = 4_499;

describe('reelgate list, status, retry, cancel', () => {
  it('show the state of uploads, as text and as JSON', async () => {
    let rejected: ReturnType<typeof objects>[number] | undefined;
    await eventually(async () => {
      [rejected] = objects((await run(['list', '--json', '--status', 'rejected'])).stdout);
      return rejected !== undefined;
    });
    expect(rejected).toMatchObject({ status: 'rejected', fileName: 'sample_audio_only.mp4' });
    const id = String(rejected?.id);
    const status = await run(['status', id]);
    expect(status.code).toBe(3);
    expect(status.stdout).toContain('(audio_only)');
    const retry = await run(['retry', id]);
    expect(retry.code).toBe(3);
    expect(retry.stderr).toContain('status_conflict');
    expect((await run(['cancel', id])).code).toBe(0);
    const all = await run(['list', '--json', '--all', '--status', 'cancelled']);
    expect(all.code).toBe(0);
    // The list may lag behind the cancellation.
    await eventually(async () => (await run(['list', '--status', 'rejected'])).stdout === '');
  });

  it.each([
    [
      'an unknown id',
      ['status', '01980000-0000-7000-8000-000000000001'],
      {},
      3,
      'upload_not_found',
    ],
    ['no id at all', ['cancel', 'nonsense'], {}, 2, 'is not the id'],
    ['a wrong token', ['list'], { REELGATE_TOKEN: 'abc' }, 4, 'unauthenticated'],
    [
      'an unreachable API',
      ['list'],
      { REELGATE_API: `http://127.0.0.1:${CLOSED_PORT}` },
      4,
      `There is no reelgate API at http://127.0.0.1:${CLOSED_PORT}/: nothing listens on that port. (network)`,
    ],
    ['no such file', ['upload', 'none.mp4'], {}, 5, 'There is no file none.mp4'],
    ['no command', ['send'], {}, 2, 'Unknown command'],
  ])('end with an exit code for %s', async (_, args, environment, code, words) => {
    const ended = await run(args, environment);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(words);
  });
});
