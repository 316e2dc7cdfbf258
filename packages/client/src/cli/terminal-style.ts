/** What can be written to a stream. */
export interface TerminalStyle {
  /** Whether lines can be redrawn in place. */
  readonly live: boolean;
  readonly colour: boolean;
  /** Whether `…`, `✓`, `█` are used; otherwise ASCII. */
  readonly unicode: boolean;
}

export interface StyleEnvironment {
  readonly NO_COLOR?: string | undefined;
  readonly FORCE_COLOR?: string | undefined;
  readonly TERM?: string | undefined;
  readonly LC_ALL?: string | undefined;
  readonly LC_CTYPE?: string | undefined;
  readonly LANG?: string | undefined;
}

/**
 * NO_COLOR: https://no-color.org. Terminals on Windows have a Unicode font in every locale; elsewhere the locale decides.
 */
export function terminalStyle(
  stream: { readonly isTTY?: boolean | undefined },
  environment: StyleEnvironment,
  platform: NodeJS.Platform,
): TerminalStyle {
  const live = stream.isTTY === true && environment.TERM !== 'dumb';
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '';
  return {
    live,
    colour: live
      ? !environment.NO_COLOR
      : Boolean(environment.FORCE_COLOR) && !environment.NO_COLOR,
    unicode: platform === 'win32' || /utf-?8/i.test(locale),
  };
}

/** A colour never carries information alone: there is always a word and a sign, too. */
export interface TerminalColours {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

/** Blue and yellow, which nearly everybody can distinguish; red and green are not. */
export function terminalColours(colour: boolean): TerminalColours {
  const wrap = (open: string, close: string) => (text: string) =>
    colour ? `\x1b[${open}m${text}\x1b[${close}m` : text;
  return { good: wrap('34', '39'), bad: wrap('33', '39') };
}
