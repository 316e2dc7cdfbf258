import * as library from 'media-captions';

/**
 * The part of media-captions 1 that is used. The package's own types re-export files without an extension, which
 * TypeScript does not find under the module resolution of Node.
 */
interface MediaCaptions {
  parseText(
    text: string,
    options: { readonly type: 'vtt' | 'srt'; readonly errors: true; readonly strict: false },
  ): Promise<{
    readonly cues: readonly Cue[];
    readonly errors: readonly { readonly message: string; readonly line: number }[];
  }>;
  /** The text of a cue as a tree of the tags of WebVTT; other tags are left out. */
  tokenizeVTTCue(cue: Cue): readonly CueNode[];
}

/** Times in seconds. */
export interface Cue {
  readonly startTime: number;
  readonly endTime: number;
  readonly text: string;
  readonly vertical: '' | 'rl' | 'lr';
  readonly line: number | 'auto';
  readonly align: 'start' | 'center' | 'end' | 'left' | 'right';
  /** Percent of the picture's width. */
  readonly size: number;
}

export type CueNode =
  | { readonly type: 'text'; readonly data: string }
  | ({ readonly children: readonly CueNode[] } & (
      | { readonly type: 'c' | 'i' | 'b' | 'u' | 'ruby' | 'rt' }
      | { readonly type: 'v'; readonly voice: string }
      | { readonly type: 'lang'; readonly lang: string }
    ));

export const { parseText, tokenizeVTTCue } = library as unknown as MediaCaptions;
