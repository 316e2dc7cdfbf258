import { exec } from 'node:child_process';
import type { TokenOrigin } from './connection.ts';

/** No access token could be had. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
}

export interface TokenSource {
  /** A token; a new one where the last was refused and a command can make one. */
  readonly getToken: (asked?: { readonly refresh?: boolean }) => Promise<string>;
}

const MAX_WAIT_MS = 60_000;

export function tokenSource(origin: TokenOrigin): TokenSource {
  if ('token' in origin) {
    const token = origin.token.trim();
    return { getToken: async () => token };
  }
  let last: Promise<string> | undefined;
  return {
    getToken: (asked) => {
      // Several requests that ask at once share one run of the command.
      if (!last || asked?.refresh) {
        const run = runCommand(origin.command);
        run.catch(() => {
          if (last === run) last = undefined;
        });
        last = run;
      }
      return last;
    },
  };
}

/** Runs the command in a shell; its last line is the token. */
function runCommand(command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    exec(command, { timeout: MAX_WAIT_MS, windowsHide: true }, (error, stdout, stderr) => {
      const token = lastLine(stdout);
      if (!error && /^[\x21-\x7e]+$/.test(token)) {
        resolve(token);
        return;
      }
      const why = error
        ? `ended with ${error.killed ? 'no answer in a minute' : `exit code ${error.code}`}`
        : 'printed no token on standard output';
      const said = lastLine(stderr);
      reject(new TokenError(`The token command ${why}${said ? `: ${said}` : '.'}`));
    });
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
