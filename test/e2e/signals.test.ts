import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listeningSockets } from '../../packages/local-cloud/test/listening-addresses.ts';
import { takeStartLock } from '../../tools/cloud/start-lock.ts';
import { eventually } from '../kit/eventually.ts';
import { processTree, type RunningProcess, stillRunning } from '../kit/process-tree.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const NODE = ['--disable-warning=ExperimentalWarning'];
const FREE_PORTS = ['--port-api', '--port-s3', '--port-services', '--port-identity'].flatMap(
  (option) => [option, '0'],
);

let folder: string;
let temporary: string;
let state: string;
let runs: ChildProcess[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reelgate-signals-'));
  // Kept for all tests: the first one that synthesizes to the end does it for the others.
  state = join(folder, 'state');
});

beforeEach(() => {
  temporary = mkdtempSync(join(folder, 'temporary-'));
  runs = [];
});

afterEach(() => {
  for (const { pid } of runs) killGroup(pid);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a command as a person does, in an empty temporary folder, and waits until it has printed `text`. */
async function running(
  command: string,
  args: readonly string[],
  text: string,
  stateFolder = state,
) {
  mkdirSync(stateFolder, { recursive: true });
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: temporary, REELGATE_CLOUD_STATE: stateFolder },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that a failed test can end all of it.
    detached: true,
  });
  runs.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  const closed = new Promise((resolve) => child.once('close', resolve));
  await eventually(() => {
    if (child.exitCode !== null) throw new Error(`${command} ended: ${output}`);
    return output.includes(text);
  });
  return { child, closed, output: () => output };
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has ended, as it should.
  }
}

/** The process that npm has started, which is below a shell on some systems. */
function nodeBelow(child: ChildProcess): RunningProcess {
  const nodes = processTree(child.pid ?? 0).filter(({ command }) => command.includes('tools/'));
  const last = nodes.find(({ command }) => command.startsWith('node '));
  if (!last) throw new Error('npm has started no node.');
  return last;
}

async function endsCompletely(processes: readonly RunningProcess[]): Promise<void> {
  expect(processes.length).toBeGreaterThan(0);
  await eventually(() => stillRunning(processes).length === 0);
  // Node keeps compiled code there, if NODE_COMPILE_CACHE or a dependency asks for it.
  expect(readdirSync(temporary).filter((name) => name !== 'node-compile-cache')).toEqual([]);
}

function isUnlocked(stateFolder: string): boolean {
  const lock = takeStartLock(join(stateFolder, 'start.sqlite'));
  lock?.release();
  return lock !== undefined;
}

describe('A signal leaves no process, no temporary folder and no lock', () => {
  it.each([
    ['SIGTERM', 'npm'],
    ['SIGHUP', 'npm'],
    ['SIGINT', 'node'],
  ] as const)('of npm start during the synthesis: %s to %s', async (signal, target) => {
    const own = join(temporary, '..', `state-${signal}`);
    const { child } = await running('npm', ['start', '--', ...FREE_PORTS], 'Synthesizing', own);
    await eventually(() => globSync('assemblies/*', { cwd: own }).length > 0);
    const processes = processTree(child.pid ?? 0);
    expect(processes.some(({ command }) => command.includes('bin/reelgate.ts'))).toBe(true);
    process.kill(target === 'npm' ? (child.pid ?? 0) : nodeBelow(child).pid, signal);
    await endsCompletely(processes);
    expect(globSync('assemblies/*', { cwd: own })).toEqual([]);
    expect(isUnlocked(own)).toBe(true);
  });

  it.each([
    ['SIGHUP', 'npm'],
    ['SIGTERM', 'node'],
  ] as const)('of npm start when it is ready: %s to %s', async (signal, target) => {
    const { child } = await running('npm', ['start', '--', ...FREE_PORTS], 'reelgate is ready');
    const processes = processTree(child.pid ?? 0);
    expect(existsSync(join(state, 'cloud', 'running.json'))).toBe(true);
    if (process.platform === 'linux') {
      const listening = processes.flatMap(({ pid }) => listeningSockets(pid));
      expect(listening.length).toBeGreaterThanOrEqual(4);
      expect(listening.filter(({ isLoopback }) => !isLoopback)).toEqual([]);
    }
    process.kill(target === 'npm' ? (child.pid ?? 0) : nodeBelow(child).pid, signal);
    await endsCompletely(processes);
    expect(existsSync(join(state, 'cloud', 'running.json'))).toBe(false);
    expect(isUnlocked(state)).toBe(true);
  });

  it('of npm run demo while the upload is processed', async () => {
    const { child } = await running('npm', ['run', 'demo'], 'transcoding');
    const processes = processTree(child.pid ?? 0);
    child.kill('SIGTERM');
    await endsCompletely(processes);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('of npm run s3: %s', async (signal) => {
    const args = ['run', 's3', '--', '--port', '0', '--credentials', 'id:secret'];
    const data = join(folder, 's3');
    const { child } = await running('npm', [...args, '--data', data], 'S3 is ready');
    const processes = processTree(child.pid ?? 0);
    child.kill(signal);
    await endsCompletely(processes);
  });

  it.each(['SIGINT', 'SIGHUP'] as const)('of tools/host.ts: %s', async (signal) => {
    const args = [...NODE, 'tools/host.ts', '--data', join(folder, 'host')];
    const { child, closed } = await running(process.execPath, args, '"api":');
    const processes = processTree(child.pid ?? 0);
    child.kill(signal);
    await endsCompletely(processes);
    await closed;
    expect(child.exitCode).toBe(0);
  });

  it('of tools/host.ts before it is ready', async () => {
    const data = join(folder, 'host-early');
    const args = [...NODE, 'tools/host.ts', '--data', data];
    const started = running(process.execPath, args, '"api":');
    started.catch(() => undefined);
    await eventually(() => existsSync(join(data, 'dynamodb', 'dynamodb.sqlite')));
    const [child] = runs;
    const processes = processTree(child?.pid ?? 0);
    child?.kill('SIGTERM');
    await endsCompletely(processes);
    await expect(started).rejects.toThrow('Stopped.');
    expect(child?.exitCode).toBe(143);
  });
});

describe('npm start', () => {
  it('names every port that is in use, and its settings, before it synthesizes', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const own = join(temporary, 'state');
    const args = ['--silent', 'start', '--', ...FREE_PORTS, '--port-s3', String(port)];
    const started = running('npm', args, 'never printed', own);
    await expect(started).rejects.toThrow(
      `Port ${port} (S3) is in use by another program. Another one: --port-s3 N or REELGATE_PORT_S3=N.`,
    );
    expect(existsSync(join(own, 'assemblies'))).toBe(false);
    server.close();
  });
});
