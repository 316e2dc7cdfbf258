/** How a stream can be written to. */
export interface TerminalStyle {
  /** Lines can be drawn again. */
  readonly live: boolean;
  readonly colour: boolean;
  /** `…`, `✓`, `█`; else ASCII. */
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
 * NO_COLOR: https://no-color.org. A terminal of Windows has a Unicode font whatever its locale; elsewhere the
 * locale tells.
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

/** Paint is never alone: whatever has a colour also has its word and its sign. */
export interface Paint {
  readonly quiet: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

/** Blue and yellow are told apart by nearly everybody, red and green are not. */
export function paint(colour: boolean): Paint {
  const in_ = (open: string, close: string) => (text: string) =>
    colour ? `\x1b[${open}m${text}\x1b[${close}m` : text;
  return { quiet: in_('2', '22'), good: in_('34', '39'), bad: in_('33', '39') };
}
