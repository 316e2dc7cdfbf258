// Builds and packs every package that is published, and checks the result without publishing it: docs/cli.md.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkPackage } from './release/check-package.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');
const BUILD_SCRIPTS = ['packages/client/build.ts'];

const work = await mkdtemp(join(tmpdir(), 'reelgate-release-'));
try {
  for (const script of BUILD_SCRIPTS) {
    const folder = join(work, 'package');
    await run(process.execPath, [join(ROOT, script), '--out', folder]);
    const packed = await run('npm', ['pack', '--json', '--pack-destination', work], {
      cwd: folder,
    });
    const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
    console.log(filename);
    for (const { check, problems, detail } of await checkPackage(folder, join(work, filename))) {
      console.log(
        `  ${problems.length === 0 ? 'ok    ' : 'FAILED'}  ${check}${detail ? `: ${detail}` : ''}`,
      );
      for (const problem of problems) console.log(problem);
      if (problems.length > 0) process.exitCode = 1;
    }
  }
} finally {
  await rm(work, { recursive: true, force: true });
}
