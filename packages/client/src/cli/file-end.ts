import type { Upload } from '../../../../core/contract/wire.ts';
import { EXIT } from './exit-code.ts';
import type { FileEnd } from './file-event.ts';
import { withDetail } from './problem-text.ts';

/** How a file ended whose upload was watched to its end. */
export function fileEnd(upload: Upload): FileEnd {
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
