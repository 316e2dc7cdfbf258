import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../places.ts';
import type { Bundle } from './bundles.ts';

/**
 * Milliseconds from before a bundle is loaded to its handler, in a fresh Node: the work of Lambda's init phase. The
 * start of Node is not included, because it is the same for all.
 *
 * @throws Error if the bundle has no handler
 */
export function loadMilliseconds(
  { file }: Bundle,
  environment: Readonly<Record<string, string>>,
): number {
  const code = `const began = performance.now();
    const { handler } = require(${JSON.stringify(file)});
    const took = performance.now() - began;
    console.log(typeof handler === 'function' ? took : NaN);`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=commonjs', '--eval', code],
    {
      encoding: 'utf8',
      env: {
        ...environment,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_SESSION_TOKEN: 'token',
        // A bundle without the SDK finds it there, as in Lambda's runtime.
        NODE_PATH: join(ROOT, 'node_modules'),
      },
    },
  );
  const took = Number(stdout);
  if (stdout && !Number.isNaN(took)) return took;
  throw new Error(`${file} cannot be loaded: ${stdout}${stderr}`);
}
