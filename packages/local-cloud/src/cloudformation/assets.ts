import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { ACCOUNT_ID, PARTITION, REGION } from '../shared/account.ts';
import { UnsupportedAssembly } from './problem.ts';

/** The assets of an assembly, which templates name by bucket and key. They are used in place, not copied. */
export interface Assets {
  /**
   * Absolute path of an asset: a file, or a folder that CDK would zip. Throws Error if the assembly has no
   * asset with this bucket and key.
   */
  pathOf(bucket: string, key: string): string;
}

const assetManifest = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({
          path: z.string().optional(),
          packaging: z.enum(['zip', 'file']).optional(),
        }),
        destinations: z.record(
          z.string(),
          z.object({ bucketName: z.string(), objectKey: z.string() }),
        ),
      }),
    )
    .default({}),
  dockerImages: z.record(z.string(), z.unknown()).default({}),
});

/** `manifests` has the names of the assembly's `*.assets.json`. */
export function readAssets(folder: string, manifests: readonly string[]): Assets {
  const paths = new Map<string, string>();
  for (const name of manifests) {
    const { files, dockerImages } = assetManifest.parse(
      JSON.parse(readFileSync(join(folder, name), 'utf8')),
    );
    if (Object.keys(dockerImages).length > 0) {
      throw new UnsupportedAssembly([
        { stack: name, message: 'container images are not supported; supported are file assets' },
      ]);
    }
    for (const { source, destinations } of Object.values(files)) {
      if (source.path === undefined) continue;
      for (const { bucketName, objectKey } of Object.values(destinations)) {
        paths.set(addressOf(ours(bucketName), ours(objectKey)), resolve(folder, source.path));
      }
    }
  }
  return {
    pathOf(bucket, key) {
      const path = paths.get(addressOf(bucket, key));
      if (path === undefined) {
        throw new Error(`The assembly has no asset s3://${bucket}/${key}.`);
      }
      if (!existsSync(path))
        throw new Error(`The asset s3://${bucket}/${key} does not exist at ${path}.`);
      return path;
    },
  };
}

function addressOf(bucket: string, key: string): string {
  return `${bucket}/${key}`;
}

/** Asset manifests have placeholders for account and region. */
function ours(text: string): string {
  return text
    .replaceAll(`\${AWS::AccountId}`, ACCOUNT_ID)
    .replaceAll(`\${AWS::Region}`, REGION)
    .replaceAll(`\${AWS::Partition}`, PARTITION);
}
