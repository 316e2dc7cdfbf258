import { isReasonCode, reasons } from '../../../../core/contract/reasons.ts';
import type { Upload } from '../../../../core/contract/wire.ts';
import { UploadError } from '../upload-error.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { EndProblem, FileEnd } from './file-event.ts';
import { TokenError } from './token-source.ts';

/** How an upload ended that was followed to its end. */
export function endOf(upload: Upload): FileEnd {
  const { id, status, size, reason } = upload;
  const end = { id, status, totalBytes: size };
  if (status === 'ready') return { ...end, exit: EXIT.ok };
  const problem = reason ?? {
    code: status,
    sentence: `The upload is ${status}.`,
    retryable: false,
  };
  return {
    ...end,
    exit: EXIT.refused,
    problem: {
      code: problem.code,
      sentence: withDetail(problem.sentence, reason?.detail),
      next: reason?.next,
      retryable: problem.retryable,
    },
  };
}

/** The fields that were refused, where the message does not say so itself. */
function fieldsOf({ problem, message }: UploadError): string | undefined {
  const details = problem?.errors?.map(({ pointer, detail }) => `${pointer} ${detail}`) ?? [];
  return details.filter((detail) => !message.includes(detail)).join('; ') || undefined;
}

function withDetail(sentence: string, detail: string | undefined): string {
  return detail ? `${sentence} ${detail}` : sentence;
}

/** Codes for which the service, the network or the sign-in is at fault and not the file. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  'network',
  'unauthenticated',
  'forbidden',
  'too_many_requests',
  'unavailable',
  'internal_error',
  'invalid_answer',
  'route_not_found',
]);

const FILE: ReadonlySet<string> = new Set([
  'file_changed',
  'file_unreadable',
  'not_resumable',
  'busy',
]);

/** What to do about the client's own codes; the API's answers say it themselves. */
const NEXT: Readonly<Record<string, string>> = {
  network: 'Try again when the network is back.',
  unauthenticated: 'Sign in again and give a new token.',
  invalid_answer: 'Look at --api: it must be the address of a reelgate API.',
  file_changed: 'Upload it anew with --fresh.',
  not_resumable: 'Upload it anew, without --resume.',
  busy: 'Let the other command finish it, or stop that one first.',
};

/** What an error means to a person, and the exit code for it. */
export function problemOf(error: unknown): {
  readonly exit: ExitCode;
  readonly problem: EndProblem;
} {
  const token = [error, error instanceof UploadError ? error.cause : undefined].find(
    (candidate) => candidate instanceof TokenError,
  );
  if (token) {
    const problem = { code: 'no_token', sentence: token.message, retryable: false };
    return { exit: EXIT.unreachable, problem };
  }
  if (!(error instanceof UploadError)) {
    const sentence = error instanceof Error ? error.message : String(error);
    return { exit: EXIT.fault, problem: { code: 'fault', sentence, retryable: false } };
  }
  const { code, message, problem, retryable } = error;
  // Where no problem came, the message holds an answer as it was; the catalogue's words are a person's.
  const known = !problem && isReasonCode(code) ? reasons[code] : undefined;
  return {
    exit: UNREACHABLE.has(code) ? EXIT.unreachable : FILE.has(code) ? EXIT.file : EXIT.refused,
    problem: {
      code,
      sentence: withDetail(known?.sentence ?? message, fieldsOf(error)),
      next: NEXT[code] ?? problem?.next ?? known?.next,
      retryable,
    },
  };
}

/** `video.mp4: The file is too large. (file_too_large) Export the video smaller and upload that.` */
export function problemLine(about: string, { sentence, code, next }: EndProblem): string {
  return `${about}: ${sentence} (${code})${next ? ` ${next}` : ''}`;
}
