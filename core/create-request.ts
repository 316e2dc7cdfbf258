import type { FieldProblem } from './contract/problem.ts';
import { fileNameProblem } from './file-name.ts';
import type { RequestReasonCode } from './reasons.ts';
import type { UploadPolicy } from './upload-policy.ts';

interface Announced {
  readonly fileName: string;
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
}

/** Lower case, without parameters: `Video/MP4; codecs="avc1"` is `video/mp4`. */
export function bareContentType(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

/** What the policy has against a file as it was announced; an empty list if nothing. */
export function createRequestProblems(
  request: Announced,
  policy: UploadPolicy,
): (FieldProblem & { readonly code: RequestReasonCode | 'empty_file' })[] {
  const problems: ReturnType<typeof createRequestProblems> = [];
  const name = fileNameProblem(request.fileName);
  if (name) problems.push({ pointer: '/fileName', code: 'file_name_invalid', detail: name });

  const type = bareContentType(request.contentType);
  if (!policy.contentTypes.includes(type)) {
    const detail = `must be one of ${policy.contentTypes.join(', ')}; got ${JSON.stringify(type.slice(0, 100))}`;
    problems.push({ pointer: '/contentType', code: 'content_type_not_allowed', detail });
  }

  const { minimumBytes, maximumBytes } = policy.size;
  const detail = `must be ${minimumBytes} to ${maximumBytes} bytes; got ${request.size}`;
  if (request.size === 0) problems.push({ pointer: '/size', code: 'empty_file', detail });
  else if (request.size < minimumBytes) {
    problems.push({ pointer: '/size', code: 'file_too_small', detail });
  } else if (request.size > maximumBytes) {
    problems.push({ pointer: '/size', code: 'file_too_large', detail });
  }
  return problems;
}
