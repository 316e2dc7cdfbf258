import type { ApiExchange } from './api-request.ts';
import { ProblemError } from './problem-error.ts';

export interface TextBodyOptions {
  /** Accepted content types, without parameters. */
  readonly types: readonly string[];
  /** Bytes of the body. The request of Lambda has 6 MB at most: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
  readonly limitBytes: number;
}

/** Reads a body of UTF-8 into `event.text`, instead of JSON. API Gateway encodes what is no text/… as base64. */
export function textBody({ types, limitBytes }: TextBodyOptions) {
  return {
    before({ event }: ApiExchange): void {
      const [type = ''] = (event.headers['content-type'] ?? '').toLowerCase().split(/\s*;/);
      if (!types.includes(type)) {
        throw new ProblemError('media_type_not_supported', {
          detail: `The content type is ${type.slice(0, 100) || 'absent'}; expected ${types.join(' or ')}.`,
        });
      }
      const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
      if (bytes.length > limitBytes) {
        throw new ProblemError('request_too_large', {
          detail: `The body has ${bytes.length} bytes; expected at most ${limitBytes}.`,
        });
      }
      event.text = decoded(bytes);
    },
  };
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ProblemError('malformed_request', { detail: 'The body is not valid UTF-8.' });
  }
}
