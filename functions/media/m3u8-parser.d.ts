/** The part of m3u8-parser 7 that is used here; the package brings no types. */
declare module 'm3u8-parser' {
  export interface Manifest {
    readonly endList?: boolean;
    readonly playlists?: readonly {
      readonly uri: string;
      readonly attributes?: {
        readonly BANDWIDTH?: number;
        readonly CODECS?: string;
        readonly RESOLUTION?: { readonly width: number; readonly height: number };
      };
    }[];
    readonly mediaGroups?: {
      readonly AUDIO?: Readonly<
        Record<string, Readonly<Record<string, { readonly uri?: string }>>>
      >;
    };
    readonly segments?: readonly {
      readonly uri: string;
      /** Seconds. */
      readonly duration: number;
      readonly map?: { readonly uri: string };
    }[];
  }

  export class Parser {
    readonly manifest: Manifest;
    push(text: string): void;
    end(): void;
  }
}
