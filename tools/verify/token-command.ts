import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import type { GetToken } from './api-client.ts';

const run = promisify(exec);

/** Half of the shortest usual lifetime of an access token. */
const REUSED_MS = 5 * 60_000;
const TIMEOUT_MS = 60_000;

/**
 * Runs a command in a shell; the last line that it prints is the token. A run takes longer than some tokens live, so
 * the command runs again after five minutes, or when a token is refused.
 */
export function tokenCommand(command: string, now: () => number = Date.now): GetToken {
  let current: Promise<string> | undefined;
  let since = 0;
  return (request) => {
    if (!current || request?.refresh || now() - since > REUSED_MS) {
      since = now();
      current = printedToken(command);
    }
    return current;
  };
}

async function printedToken(command: string): Promise<string> {
  const failed = (why: string) => new Error(`The token command ${why}. Check --token-command.`);
  // The output is not part of the message: it may have a token in it.
  const { stdout } = await run(command, { timeout: TIMEOUT_MS }).catch(
    (error: { code?: unknown }) => {
      throw failed(`failed with exit code ${error.code}`);
    },
  );
  const token = stdout.trim().split('\n').at(-1)?.trim() ?? '';
  if (!/^[\x21-\x7e]+$/.test(token)) throw failed('printed no token on standard output');
  return token;
}
