import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { STATE } from './folders.ts';

/** Everything that the templates and their bundles are made of. */
const SOURCES = [
  '{bin,lib,core,functions,statemachines}/**/*.{ts,js,json}',
  'cdk.json',
  'package-lock.json',
];

export interface SynthesizeOptions {
  /** The app's configuration, as in cdk.json's context `reelgate`; default: that of cdk.json. */
  readonly configuration?: object | undefined;
  /** Ends the synthesis and every process of it. */
  readonly stop?: AbortSignal;
}

/**
 * Synthesizes the app that `cdk deploy` deploys and returns the folder of its cloud assembly. Assemblies are kept
 * by the hash of their sources, so only a change is synthesized again.
 *
 * @param root the project's folder
 * @throws the reason of `stop` where it aborts; Error with the app's own output where it fails
 */
export async function synthesize(
  root: string,
  { configuration, stop = new AbortController().signal }: SynthesizeOptions = {},
): Promise<string> {
  stop.throwIfAborted();
  const context = configuration && JSON.stringify({ reelgate: configuration });
  const folder = assemblyFolder(root, context);
  if (existsSync(folder)) return folder;
  removeLeftovers(dirname(folder));
  const unfinished = `${folder}.${process.pid}`;
  try {
    await runApp(root, unfinished, context, stop);
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true, maxRetries: 3 });
    stop.throwIfAborted();
    // Another process may have synthesized the same sources meanwhile.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Whether `synthesize` without a configuration returns at once. */
export function isSynthesized(root: string): boolean {
  return existsSync(assemblyFolder(root, undefined));
}

function assemblyFolder(root: string, context: string | undefined): string {
  return join(STATE, 'assemblies', sourceHash(root, context ?? ''));
}

function sourceHash(root: string, context: string): string {
  const hash = createHash('sha256').update(process.version).update(context);
  for (const file of SOURCES.flatMap((pattern) => globSync(pattern, { cwd: root })).sort()) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

/** Removes unfinished assemblies of processes that were killed: `<hash>.<pid>`. */
function removeLeftovers(assemblies: string): void {
  for (const path of globSync('*.*', { cwd: assemblies }).map((name) => join(assemblies, name))) {
    const pid = Number(basename(path).split('.')[1]);
    if (!isAlive(pid)) rmSync(path, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Runs `app` of cdk.json as the CDK's command line does: output folder and context are environment variables. */
function runApp(
  root: string,
  outputFolder: string,
  context: string | undefined,
  stop: AbortSignal,
): Promise<void> {
  const manifest = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as {
    context?: Record<string, unknown>;
  };
  const merged = { ...manifest.context, ...(context ? JSON.parse(context) : {}) };
  const app = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'bin/reelgate.ts'],
    {
      cwd: root,
      env: {
        ...process.env,
        CDK_OUTDIR: outputFolder,
        CDK_CONTEXT_JSON: JSON.stringify(merged),
        // More than half of the synthesis. `cdk synth`, `cdk deploy` and test/infra/app.test.ts validate.
        CDK_VALIDATION: 'false',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own: its end is the end of the bundlers that the app starts.
      detached: true,
    },
  );
  let output = '';
  for (const stream of [app.stdout, app.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = `${output}${chunk}`.slice(-20_000);
    });
  }
  const kill = () => killGroup(app.pid);
  stop.addEventListener('abort', kill);
  // A handler of a signal that calls process.exit would leave the group behind.
  process.on('exit', kill);
  return new Promise<void>((resolve, reject) => {
    app.once('error', reject);
    // `close` comes once every process of the group has closed its output.
    app.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`bin/reelgate.ts failed with exit code ${code}:\n${output.trim()}`));
    });
  }).finally(() => {
    stop.removeEventListener('abort', kill);
    process.off('exit', kill);
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // No process of the group is left.
  }
}
