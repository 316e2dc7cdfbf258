import type { ApiExchange } from './api-request.ts';
import { ProblemError } from './problem-error.ts';

export interface JsonBodyOptions {
  /** Bytes of the body; API Gateway's own limit is 10 MB. @default 64 KiB */
  readonly limitBytes?: number;
}

const JSON_TYPE = /^application\/(?:[\w.!#$&^-]+\+)?json(?:\s*;|$)/i;

/** Reads the body as JSON into `event.json`, which stays undefined for a request without a body. */
export function jsonBody(options: JsonBodyOptions = {}) {
  const { limitBytes = 64 * 1024 } = options;

  const parse = (text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      throw new ProblemError('malformed_request', { detail: 'The body is not valid JSON.' });
    }
  };

  return {
    before({ event }: ApiExchange): void {
      if (event.body === undefined || event.body === '') return;
      const bytes = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
      if (bytes.length > limitBytes) {
        throw new ProblemError('request_too_large', {
          detail: `The body has ${bytes.length} bytes; expected at most ${limitBytes}.`,
        });
      }
      const type = event.headers['content-type'] ?? '';
      if (!JSON_TYPE.test(type)) {
        throw new ProblemError('media_type_not_supported', {
          detail:
            type === ''
              ? 'The body has no content type.'
              : `The content type is ${type.slice(0, 100)}.`,
        });
      }
      event.json = parse(bytes.toString('utf8'));
    },
  };
}
