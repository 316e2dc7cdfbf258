import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../../..');
const PRELOAD = join(ROOT, 'tools/require-node.cjs');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reelgate-commands-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function node(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const options = { cwd: ROOT, encoding: 'utf8', env: { ...process.env, ...environment } } as const;
  return spawnSync(process.execPath, args, options);
}

/** Loads the preload in a process that claims other properties. */
const preloadedAs = (properties: string, preload = PRELOAD) =>
  node(['-e', `${properties}; require(${JSON.stringify(preload)}); console.log('loaded');`]);

describe('tools/require-node.cjs', () => {
  it('accepts this platform and this Node', () => {
    expect(preloadedAs('0')).toMatchObject({ status: 0, stdout: 'loaded\n', stderr: '' });
  });

  it.each([
    ["Object.defineProperty(process, 'platform', { value: 'win32' })", 'WSL 2'],
    ["Object.defineProperty(process, 'platform', { value: 'aix' })", 'It runs on Linux and macOS'],
    ["Object.defineProperty(process, 'arch', { value: 'ia32' })", 'on x64 and arm64'],
    ["Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } })", 'needs Node 24'],
  ])('rejects a process with %s in one line', (properties, text) => {
    const { status, stdout, stderr } = preloadedAs(properties);
    expect(stderr).toContain(text);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });

  it('says to run npm ci where the dependencies are missing', () => {
    cpSync(PRELOAD, join(folder, 'tools', 'require-node.cjs'));
    const { status, stderr } = preloadedAs('0', join(folder, 'tools', 'require-node.cjs'));
    expect(stderr).toBe('The dependencies are not installed. Run npm ci first.\n');
    expect(status).toBe(1);
  });

  it('hides warnings about experimental features and no others', () => {
    const code = "process.emitWarning('new', 'ExperimentalWarning'); process.emitWarning('old')";
    const { stderr } = node(['-r', PRELOAD, '-e', code]);
    expect(stderr).toContain('Warning: old');
    expect(stderr).not.toContain('new');
  });
});

describe('A command', () => {
  const run = (command: string, ...args: string[]) =>
    node(['-r', PRELOAD, `tools/${command}.ts`, ...args], { REELGATE_CLOUD_STATE: folder });

  it.each([
    ['start', ['--port-api', 'x'], '--port-api is "x"'],
    ['start', ['now'], "Unexpected argument 'now'"],
    ['demo', ['--file', '/nowhere/at/all.mp4'], 'there is no such file'],
    ['demo', ['--file', tmpdir()], 'which is not a file'],
    ['token', [], 'A username is required.'],
    ['token', ['nobody'], 'the accounts are uploader-a'],
    ['verify', ['--outputs', 'outputs.json'], '--token-command is required with --outputs'],
    ['verify', ['now'], "Unexpected argument 'now'"],
    ['reset', ['--all'], "Unknown option '--all'"],
    ['sample-video', [], 'Expected one file to write.'],
    ['sample-video', ['film.webm'], 'expected a name in .mp4'],
    ['sample-video', ['a.mp4', '--width', '101'], 'expected an even number from 16 to 7680'],
    ['sample-video', ['a.mp4', '--seconds', '1.5'], 'expected a whole number from 1 to 3600'],
  ])('%s %j exits with 2, the mistake and the usage', (command, args, message) => {
    const { status, stdout, stderr } = run(command, ...args);
    expect(stderr).toContain(message);
    expect(stderr).toContain('Usage: npm ');
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it.each(['start', 'demo', 'token', 'verify', 'reset', 'sample-video', 'conformance'])(
    '%s prints its usage for --help',
    (command) => {
      const { status, stdout, stderr } = run(command, '--help');
      expect(stdout).toContain('Usage: npm ');
      expect(stderr).toBe('');
      expect(status).toBe(0);
    },
  );

  it.each([
    ['throws in the background', 'setTimeout(() => { throw full; })'],
    ['rejects a promise that nobody awaits', 'Promise.reject(full)'],
  ])('that %s stops in order, and says why', (_, failure) => {
    const tools = join(ROOT, 'tools/cloud');
    const code = `
      import { runCommand } from ${JSON.stringify(`${tools}/run-command.ts`)};
      import { stopped } from ${JSON.stringify(`${tools}/stop-signal.ts`)};
      const full = Object.assign(new Error('no space left'), { code: 'ENOSPC', path: '/data/file' });
      await runCommand('usage', async (stop) => {
        const open = setInterval(() => {}, 1000);
        ${failure};
        await stopped(stop);
        clearInterval(open);
        console.log('closed');
        throw new Error('The rollback failed.');
      });`;
    const { status, stdout, stderr } = node([
      '-r',
      PRELOAD,
      '--input-type=module-typescript',
      '-e',
      code,
    ]);
    expect(stderr).toBe(
      'The disk is full (/data/file). npm run reset removes the local cloud’s data.\n',
    );
    expect(stdout).toBe('closed\n');
    expect(status).toBe(1);
  });

  it('token says how to start the local cloud if it is not running', () => {
    const { status, stderr } = run('token', 'uploader-a');
    expect(stderr).toContain('Start it in another terminal with npm start.');
    expect(status).toBe(1);
  });

  it('reset removes the data and keeps synthesized stacks', () => {
    mkdirSync(join(folder, 'cloud'));
    mkdirSync(join(folder, 'assemblies'));
    writeFileSync(join(folder, 'cloud', 'objects.sqlite'), '');
    expect(run('reset')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Removed /) });
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['assemblies']));
    expect(readdirSync(folder)).not.toContain('cloud');
    expect(run('reset').stdout).toContain('Nothing to remove');
  });

  it('removes its temporary folders when it exits by itself and by process.exit', () => {
    const source = join(ROOT, 'tools/cloud/temporary-folder.ts');
    for (const end of ['', 'process.exit(3)', 'throw new Error("bug")']) {
      const code = `import { temporaryFolder } from ${JSON.stringify(source)}; temporaryFolder('trial'); ${end}`;
      node(['--input-type=module', '-e', code], { TMPDIR: folder });
      expect(readdirSync(folder)).toEqual([]);
    }
  });
});
