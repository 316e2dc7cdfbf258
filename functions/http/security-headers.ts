import type { ApiExchange } from './api-request.ts';

/** Responses contain grants and one user's data: nothing on the way may cache, sniff or frame them. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
} as const;

export function securityHeaders() {
  const add = (exchange: ApiExchange): void => {
    if (!exchange.response) return;
    exchange.response = {
      ...exchange.response,
      headers: { ...HEADERS, ...exchange.response.headers },
    };
  };
  return { after: add, onError: add };
}
