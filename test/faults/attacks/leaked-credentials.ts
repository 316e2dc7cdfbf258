import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AttackTarget } from './attack-target.ts';

/** The secret of the access key in a signed URL, read from the credential store. */
export function leakedCredentials(target: AttackTarget, credential: string) {
  const [accessKeyId = ''] = credential.split('/');
  const database = new DatabaseSync(join(target.cloud.data, 'iam', 'credentials.sqlite'), {
    readOnly: true,
  });
  const row = database
    .prepare('SELECT secret_access_key, session_token FROM session WHERE access_key_id = ?')
    .get(accessKeyId);
  database.close();
  return {
    accessKeyId,
    secretAccessKey: String(row?.secret_access_key),
    sessionToken: String(row?.session_token),
  };
}
