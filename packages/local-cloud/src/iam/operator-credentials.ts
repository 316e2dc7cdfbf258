import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import type { Credentials } from '../shared/caller.ts';
import { type NewSecret, newAccessKeyId, newSecretKey } from './access-key.ts';

const stored = z.strictObject({ accessKeyId: z.string(), secretAccessKey: z.string() });

/**
 * The operator's key of a data folder: generated at the first start, readable by the owner of the file only.
 */
export function operatorCredentials(path: string, secret: NewSecret): Credentials {
  if (existsSync(path)) return stored.parse(JSON.parse(readFileSync(path, 'utf8')));
  const made = {
    accessKeyId: newAccessKeyId('AKIA', secret),
    secretAccessKey: newSecretKey(secret),
  };
  // Written to another file first, so that a killed process leaves no incomplete file.
  writeFileSync(`${path}.new`, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return made;
}
