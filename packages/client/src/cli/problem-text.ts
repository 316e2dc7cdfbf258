import type { EndProblem } from './file-event.ts';

/** A sentence of the catalogue of reasons, followed by the values that led to it. */
export function withDetail(sentence: string, detail: string | undefined): string {
  return detail ? `${sentence} ${detail}` : sentence;
}

/** `video.mp4: The file is too large. (file_too_large) Export the video smaller and upload that.` */
export function problemLine(about: string, { sentence, code, next }: EndProblem): string {
  return `${about}: ${sentence} (${code})${next ? ` ${next}` : ''}`;
}
