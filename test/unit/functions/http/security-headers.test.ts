import { securityHeaders } from '../../../../functions/http/security-headers.ts';
import { exchange } from './exchange.ts';

it.each(['after', 'onError'] as const)(
  'A response gets security headers %s its handler',
  (hook) => {
    const request = exchange();
    request.response = { statusCode: 200, headers: { location: '/x' }, body: '{}' };
    securityHeaders()[hook](request);
    expect(request.response).toEqual({
      statusCode: 200,
      body: '{}',
      headers: {
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        location: '/x',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=63072000; includeSubDomains',
        'x-content-type-options': 'nosniff',
      },
    });
  },
);

it('A request without a response gets none', () => {
  const request = exchange();
  securityHeaders().after(request);
  expect(request.response).toBeUndefined();
});
