import { exec } from 'node:child_process';
import type { TokenOrigin } from './connection.ts';

/** There is no access token. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
}

export interface TokenSource {
  /** Returns a token. With `refresh`, the token command runs again. */
  readonly getToken: (request?: { readonly refresh?: boolean }) => Promise<string>;
}

const TIMEOUT_MS = 60_000;

/** @param signal ends a token command that is running */
export function tokenSource(origin: TokenOrigin, signal?: AbortSignal): TokenSource {
  if ('token' in origin) {
    const token = origin.token.trim();
    return { getToken: async () => token };
  }
  let current: Promise<string> | undefined;
  return {
    getToken: (request) => {
      // Requests at the same time share one run of the command.
      if (!current || request?.refresh) {
        const run = runCommand(origin.command, signal);
        run.catch(() => {
          if (current === run) current = undefined;
        });
        current = run;
      }
      return current;
    },
  };
}

/** Runs the command in a shell. Its last line is the token. */
function runCommand(command: string, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: TIMEOUT_MS, windowsHide: true, signal };
    exec(command, options, (error, stdout, stderr) => {
      const token = lastLine(stdout);
      if (!error && /^[\x21-\x7e]+$/.test(token)) {
        resolve(token);
        return;
      }
      const reason = error
        ? error.killed
          ? 'did not end within a minute'
          : `failed with exit code ${error.code}`
        : 'printed no token on standard output';
      const output = lastLine(stderr);
      reject(new TokenError(`The token command ${reason}${output ? `: ${output}` : '.'}`));
    });
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
