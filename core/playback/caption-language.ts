const MAX_TAG_CHARACTERS = 35;

/** A language of captions. */
export interface CaptionLanguage {
  /** BCP 47, in its canonical form: `en`, `pt-BR`, `zh-Hant`. */
  readonly tag: string;
  /** Its own name, as players list it: `English`, `português (Brasil)`. */
  readonly name: string;
}

/** Reads a BCP 47 tag; undefined for a tag that is not well-formed or names no language (`und`, `x-private`). */
export function captionLanguage(text: string): CaptionLanguage | undefined {
  if (text.length > MAX_TAG_CHARACTERS) return undefined;
  try {
    const [tag] = Intl.getCanonicalLocales(text);
    if (tag === undefined || tag.startsWith('und')) return undefined;
    const name = new Intl.DisplayNames([tag, 'en'], { type: 'language' }).of(tag);
    return name === undefined ? undefined : { tag, name };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
