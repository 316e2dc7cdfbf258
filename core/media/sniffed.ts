import type { GivenReason } from '../contract/reasons.ts';
import type { Container } from '../uploads/upload-policy.ts';

/** What the first bytes tell. A container is only a claim: whether it holds a video, the inspector sees. */
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
