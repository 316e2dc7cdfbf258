import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import type { Credentials } from '../shared/caller.ts';
import { type NewSecret, newAccessKeyId, newSecretKey } from './access-key.ts';

const stored = z.strictObject({ accessKeyId: z.string(), secretAccessKey: z.string() });

/** The data folder's own operator key: made at the first start, readable by the file's owner only. */
export function operatorCredentials(path: string, secret: NewSecret): Credentials {
  if (existsSync(path)) return stored.parse(JSON.parse(readFileSync(path, 'utf8')));
  const made = {
    accessKeyId: newAccessKeyId('AKIA', secret),
    secretAccessKey: newSecretKey(secret),
  };
  // Written aside first: a process killed in between must not leave half a file.
  writeFileSync(`${path}.new`, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return made;
}
