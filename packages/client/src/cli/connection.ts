/** The environment variables that the command line reads. */
export interface Environment {
  readonly REELGATE_API?: string | undefined;
  readonly REELGATE_TOKEN?: string | undefined;
  readonly REELGATE_TOKEN_COMMAND?: string | undefined;
  /** Folder of resume records. */
  readonly REELGATE_STATE?: string | undefined;
}

/** Where access tokens come from: a token, or a command that prints one. */
export type TokenOrigin = { readonly token: string } | { readonly command: string };

export interface ConnectionArguments {
  readonly api: string;
  readonly token: TokenOrigin;
}

/** Arguments take precedence over the environment. */
export function tokenOrigin(
  token: string | undefined,
  command: string | undefined,
  environment: Environment,
): TokenOrigin | { readonly problem: string } {
  if (token !== undefined && command !== undefined) {
    return { problem: '--token and --token-command cannot be used together.' };
  }
  if (token) return { token };
  if (command) return { command };
  if (environment.REELGATE_TOKEN) return { token: environment.REELGATE_TOKEN };
  if (environment.REELGATE_TOKEN_COMMAND) return { command: environment.REELGATE_TOKEN_COMMAND };
  return {
    problem:
      'The access token is missing. Set --token-command COMMAND (a command that prints one), REELGATE_TOKEN, or --token TOKEN.',
  };
}
