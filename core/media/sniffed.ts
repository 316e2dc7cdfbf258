import type { GivenReason } from '../contract/reasons.ts';
import type { Container } from '../uploads/upload-policy.ts';

/** The result of the first bytes. They identify a container only; the inspector checks its content. */
export type Sniffed =
  | { readonly container: Container }
  | { readonly refused: GivenReason<SniffReasonCode> };

export type SniffReasonCode =
  | 'empty_file'
  | 'not_a_video'
  | 'playlist_not_video'
  | 'audio_only'
  | 'container_not_allowed';

export function refuse(code: SniffReasonCode, detail: string): Sniffed {
  return { refused: { code, detail } };
}
