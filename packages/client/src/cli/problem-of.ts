import { isReasonCode, reasons } from '../../../../core/contract/reasons.ts';
import { UploadError } from '../upload-error.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { EndProblem } from './file-event.ts';
import { withDetail } from './problem-text.ts';
import { TokenError } from './token-source.ts';

/** Codes that are about the service, the network or the sign-in, not about the file. */
const UNREACHABLE_CODES: ReadonlySet<string> = new Set([
  'network',
  'unauthenticated',
  'forbidden',
  'too_many_requests',
  'intake_closed',
  'unavailable',
  'internal_error',
  'invalid_response',
  'route_not_found',
]);

/** Codes that are about the file on this machine. */
const FILE_CODES: ReadonlySet<string> = new Set([
  'file_changed',
  'file_unreadable',
  'not_resumable',
  'busy',
]);

/** What to do, for the client's own codes. The API's responses say it themselves. */
const NEXT_STEPS: Readonly<Record<string, string>> = {
  network: 'Check your connection and try again.',
  unauthenticated: 'Sign in again and use a new token.',
  invalid_response: 'Check --api: it must be the address of a reelgate API.',
  route_not_found: 'Check --api: it must be the address of a reelgate API.',
  storage_refused: 'Try again later. If the error stays, check the bucket and its disk or quota.',
  file_changed: 'Upload it from the beginning with --fresh.',
  not_resumable: 'Upload it without --resume.',
  busy: 'Wait for the other command, or stop it first.',
};

/** Codes of system calls that mean that nothing listens at the address. */
const NO_SERVER: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens on that port',
  ENOTFOUND: 'the host name is unknown',
};

/**
 * What an error means to a person, and its exit code.
 *
 * @param api address of the API, if the error may come from a call of it
 */
export function problemOf(
  error: unknown,
  api?: string,
): { readonly exit: ExitCode; readonly problem: EndProblem } {
  const tokenError = [error, error instanceof UploadError ? error.cause : undefined].find(
    (candidate) => candidate instanceof TokenError,
  );
  if (tokenError) {
    const problem = { code: 'no_token', sentence: tokenError.message, retryable: false };
    return { exit: EXIT.unreachable, problem };
  }
  if (!(error instanceof UploadError)) {
    const sentence = error instanceof Error ? error.message : String(error);
    return { exit: EXIT.bug, problem: { code: 'internal_error', sentence, retryable: false } };
  }
  const { code, problem, retryable } = error;
  const exit = UNREACHABLE_CODES.has(code)
    ? EXIT.unreachable
    : FILE_CODES.has(code)
      ? EXIT.file
      : EXIT.refused;
  const absent = api === undefined ? undefined : noServer(error, api);
  if (absent) {
    const next = 'Check --api: it must be the address of a reelgate API.';
    return { exit, problem: { code, sentence: absent, next, retryable } };
  }
  // Without a problem the message of an API error contains the raw response; the catalogue has a sentence for people.
  const isApiReason = !problem && isReasonCode(code) && code !== 'route_not_found';
  const reason = isApiReason ? reasons[code] : undefined;
  return {
    exit,
    problem: {
      code,
      sentence: withDetail(reason?.sentence ?? error.message, invalidFields(error)),
      next: NEXT_STEPS[code] ?? problem?.next ?? reason?.next,
      retryable,
    },
  };
}

/** The sentence for a connection that failed because there is no server at the API's address. */
function noServer({ code, partNumber, cause }: UploadError, api: string): string | undefined {
  if (code !== 'network' || partNumber !== undefined) return undefined;
  for (let at: unknown = cause; at instanceof Error; at = at.cause) {
    const why = NO_SERVER[(at as NodeJS.ErrnoException).code ?? ''];
    if (why) return `There is no reelgate API at ${api}: ${why}.`;
  }
  return undefined;
}

/** The invalid fields of a request, if the message does not name them. */
function invalidFields({ problem, message }: UploadError): string | undefined {
  const details = problem?.errors?.map(({ pointer, detail }) => `${pointer} ${detail}`) ?? [];
  return details.filter((detail) => !message.includes(detail)).join('; ') || undefined;
}
