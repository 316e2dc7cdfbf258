import { applyResponseHeaders } from '../../src/cloudfront/policies/apply-response-headers.ts';
import { MANAGED_RESPONSE_HEADERS_POLICIES } from '../../src/cloudfront/policies/managed-policies.ts';
import { responseHeadersPolicyProperties } from '../../src/cloudfront/policies/properties.ts';

const policyOf = (config: object) =>
  responseHeadersPolicyProperties.parse({
    ResponseHeadersPolicyConfig: { Name: 'x', ...config },
  }).ResponseHeadersPolicyConfig;
const cors = (more: object = {}) =>
  policyOf({
    CorsConfig: {
      AccessControlAllowCredentials: false,
      AccessControlAllowHeaders: { Items: ['Range'] },
      AccessControlAllowMethods: { Items: ['GET', 'HEAD'] },
      AccessControlAllowOrigins: { Items: ['https://app.example', 'https://*.example.org'] },
      AccessControlExposeHeaders: { Items: ['Content-Range'] },
      AccessControlMaxAgeSec: 600,
      OriginOverride: true,
      ...more,
    },
  });
const get = (origin?: string) => ({
  method: 'GET',
  headers: origin === undefined ? {} : { origin: [origin] },
});

describe('CORS headers', () => {
  it.each(['https://app.example', 'https://a.example.org'])('are for %s', (origin) => {
    expect(applyResponseHeaders(cors(), get(origin), { etag: ['"x"'] })).toEqual({
      etag: ['"x"'],
      'access-control-allow-origin': [origin],
      'access-control-expose-headers': ['Content-Range'],
      vary: ['Origin'],
    });
  });

  it.each(['https://evil.example', 'http://app.example', 'https://.example.org', undefined])(
    'are not for %s',
    (origin) => expect(applyResponseHeaders(cors(), get(origin), {})).toEqual({}),
  );

  it('answer a preflight request', () => {
    const request = {
      method: 'OPTIONS',
      headers: { origin: ['https://app.example'], 'access-control-request-method': ['GET'] },
    };
    expect(applyResponseHeaders(cors(), request, {})).toMatchObject({
      'access-control-allow-headers': ['Range'],
      'access-control-allow-methods': ['GET, HEAD'],
      'access-control-max-age': ['600'],
    });
  });

  it('replace those of the origin only with OriginOverride', () => {
    const own = { 'access-control-allow-origin': ['*'], 'access-control-max-age': ['1'] };
    const request = get('https://app.example');
    expect(applyResponseHeaders(cors({ OriginOverride: false }), request, own)).toEqual(own);
    expect(applyResponseHeaders(cors(), request, own)).toMatchObject({
      'access-control-allow-origin': ['https://app.example'],
    });
    expect(applyResponseHeaders(cors(), get(), own)).toEqual({});
  });
});

it('Security headers are those of the managed policy', () => {
  const policy = MANAGED_RESPONSE_HEADERS_POLICIES['67f7725c-6f97-4210-82d7-5512b31e9d03'];
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html#managed-response-headers-policies-security
  expect(applyResponseHeaders(policy, get(), { 'x-frame-options': ['DENY'] })).toEqual({
    'referrer-policy': ['strict-origin-when-cross-origin'],
    'strict-transport-security': ['max-age=31536000'],
    'x-content-type-options': ['nosniff'],
    'x-frame-options': ['DENY'],
    'x-xss-protection': ['1; mode=block'],
  });
});

it('Headers are added, replaced and removed', () => {
  const item = (Header: string, Override: boolean) => ({ Header, Value: 'policy', Override });
  const policy = policyOf({
    CustomHeadersConfig: {
      Items: [item('X-New', false), item('X-Kept', false), item('X-Own', true)],
    },
    RemoveHeadersConfig: { Items: [{ Header: 'Server' }] },
  });
  const own = { server: ['AmazonS3'], 'x-kept': ['origin'], 'x-own': ['origin'] };
  expect(applyResponseHeaders(policy, get(), own)).toEqual({
    'x-new': ['policy'],
    'x-kept': ['origin'],
    'x-own': ['policy'],
  });
});

it('Server-Timing is refused', () => {
  expect(() => policyOf({ ServerTimingHeadersConfig: { Enabled: true } })).toThrow();
});
