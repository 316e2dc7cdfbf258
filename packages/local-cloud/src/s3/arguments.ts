import { parseArgs } from 'node:util';
import { ACCOUNT_ID, arn } from '../shared/account.ts';
import type { CredentialSource } from '../shared/caller.ts';

export const USAGE =
  'Usage: npm run --silent s3 -- --port N --data DIR --credentials ID:SECRET[,ID:SECRET…]';

export interface Arguments {
  readonly port: number;
  readonly data: string;
  readonly credentials: CredentialSource;
}

/** Parses the command line. `mistake` is a sentence that says what is wrong with it. */
export function parseArguments(args: readonly string[]): Arguments | { mistake: string } {
  let values: { port?: string; data?: string; credentials?: string };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        credentials: { type: 'string' },
      },
    }));
  } catch (error) {
    return { mistake: (error as Error).message };
  }
  const { port = '', data, credentials } = values;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    return { mistake: `--port must be a number from 0 (any free one) to 65535, got "${port}".` };
  }
  if (!data) return { mistake: '--data must name a folder.' };
  const pairs = (credentials ?? '').split(',').map((pair) => pair.split(/:(.*)/s));
  if (pairs.some(([id, secret]) => !id || !secret)) {
    return { mistake: '--credentials must be ID:SECRET, several separated by commas.' };
  }
  const ids = pairs.map(([id = '']) => id);
  if (new Set(ids).size < ids.length) {
    return { mistake: '--credentials must not name an access key twice.' };
  }
  return { port: Number(port), data, credentials: accountsOf(pairs) };
}

/** Each pair is the operator of an account. The first account is that of the local cloud. */
function accountsOf(pairs: readonly string[][]): CredentialSource {
  const known = new Map(
    pairs.map(([accessKeyId = '', secretAccessKey = ''], index) => {
      const account = String(Number(ACCOUNT_ID) + index).padStart(12, '0');
      const caller = {
        kind: 'role',
        roleArn: arn('iam', 'role/operator', '', account),
        sessionName: 'operator',
      } as const;
      return [accessKeyId, { credentials: { accessKeyId, secretAccessKey }, caller }];
    }),
  );
  return { find: (accessKeyId) => known.get(accessKeyId) };
}
