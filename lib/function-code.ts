import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AssetHashType, DockerImage } from 'aws-cdk-lib/core';
import type { FunctionName } from '../core/environment.ts';

const ROOT = join(import.meta.dirname, '..');
const BUNDLER = join(import.meta.dirname, 'bundle-function.ts');

/**
 * The bundle of `functions/<name>.ts` as an asset, made where its stack is bundled. By a process of its own, since
 * esbuild takes plugins only where it may answer later, and the CDK builds at once; `NodejsFunction` takes none.
 *
 * @throws Error with esbuild's own words
 */
export function functionCode(name: FunctionName): Code {
  return Code.fromAsset(ROOT, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Tells one function's asset from another's: the rest is the same for all.
      command: [name],
      // Asked for by the type, used by nobody: `tryBundle` succeeds or throws.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(folder) {
          const { status, stderr, error } = spawnSync(
            process.execPath,
            ['--disable-warning=ExperimentalWarning', BUNDLER, name, folder],
            { encoding: 'utf8' },
          );
          if (status !== 0) {
            throw new Error(`functions/${name}.ts does not bundle:\n${error ?? stderr}`);
          }
          process.stderr.write(stderr);
          return true;
        },
      },
    },
  });
}
