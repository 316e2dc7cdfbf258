import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Everything that the templates and their bundles are made of. */
const SOURCES = [
  '{bin,lib,core,functions,statemachines}/**/*.{ts,json}',
  'cdk.json',
  'package-lock.json',
];

/**
 * Synthesizes the very app that `cdk deploy` would deploy and answers the folder of its cloud assembly. An
 * assembly is kept by the hash of its sources, so that only a change is synthesized again.
 *
 * @param root the project's folder
 * @param configuration the app's configuration, as in cdk.json's context `reelgate`; absent: that of cdk.json
 */
export async function synthesize(root: string, configuration?: object): Promise<string> {
  const context = configuration && JSON.stringify({ reelgate: configuration });
  const folder = join(root, '.reelgate', 'assemblies', sourceHash(root, context ?? ''));
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  try {
    await runApp(root, unfinished, context);
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process may have synthesized the same sources meanwhile.
    if (!existsSync(folder)) throw error;
  }
  return folder;
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

/** Runs `app` of cdk.json as the CDK's command line does: output folder and context come by environment. */
function runApp(root: string, outputFolder: string, context: string | undefined): Promise<void> {
  const manifest = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as {
    context?: Record<string, unknown>;
  };
  const merged = { ...manifest.context, ...(context ? JSON.parse(context) : {}) };
  const app = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'bin/reelgate.ts'],
    {
      cwd: root,
      env: { ...process.env, CDK_OUTDIR: outputFolder, CDK_CONTEXT_JSON: JSON.stringify(merged) },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [app.stdout, app.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-20_000);
    });
  }
  return new Promise((resolve, reject) => {
    app.once('error', reject);
    app.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`bin/reelgate.ts did not synthesize (exit ${code}):\n${said}`));
    });
  });
}
