import type { CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy } from './properties.ts';

const NONE = { behavior: 'none' as const, names: [] };

function cachePolicy(
  Name: string,
  [MinTTL, DefaultTTL, MaxTTL]: readonly [number, number, number],
  compressed: boolean,
): CachePolicy {
  return {
    Name,
    MinTTL,
    DefaultTTL,
    MaxTTL,
    ParametersInCacheKeyAndForwardedToOrigin: {
      CookiesConfig: NONE,
      HeadersConfig: NONE,
      QueryStringsConfig: NONE,
      EnableAcceptEncodingGzip: compressed,
      EnableAcceptEncodingBrotli: compressed,
    },
  };
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
export const MANAGED_CACHE_POLICIES: Readonly<Record<string, CachePolicy>> = {
  '658327ea-f89d-4fab-a63d-7e88639e58f6': cachePolicy(
    'Managed-CachingOptimized',
    [1, 86_400, 31_536_000],
    true,
  ),
  'b2884449-e4de-46a7-ac36-70bc7f1ddd6d': cachePolicy(
    'Managed-CachingOptimizedForUncompressedObjects',
    [1, 86_400, 31_536_000],
    false,
  ),
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': cachePolicy('Managed-CachingDisabled', [0, 0, 0], false),
};

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html */
export const MANAGED_ORIGIN_REQUEST_POLICIES: Readonly<Record<string, OriginRequestPolicy>> = {
  '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf': {
    Name: 'Managed-CORS-S3Origin',
    CookiesConfig: NONE,
    HeadersConfig: {
      behavior: 'whitelist',
      names: ['origin', 'access-control-request-headers', 'access-control-request-method'],
    },
    QueryStringsConfig: NONE,
  },
};

const SIMPLE_CORS = {
  AccessControlAllowCredentials: false,
  AccessControlAllowHeaders: { Items: ['*'] },
  AccessControlAllowMethods: { Items: ['GET', 'HEAD', 'POST'] },
  AccessControlAllowOrigins: { Items: ['*'] },
  OriginOverride: false,
};
const PREFLIGHT_CORS = {
  ...SIMPLE_CORS,
  AccessControlAllowMethods: {
    Items: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
  },
  AccessControlExposeHeaders: { Items: ['*'] },
};
const SECURITY = {
  ContentTypeOptions: { Override: true },
  FrameOptions: { FrameOption: 'SAMEORIGIN', Override: false },
  ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin', Override: false },
  StrictTransportSecurity: {
    AccessControlMaxAgeSec: 31_536_000,
    IncludeSubdomains: false,
    Preload: false,
    Override: false,
  },
  XSSProtection: { ModeBlock: true, Protection: true, Override: false },
} as const;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html */
export const MANAGED_RESPONSE_HEADERS_POLICIES: Readonly<Record<string, ResponseHeadersPolicy>> = {
  '60669652-455b-4ae9-85a4-c4c02393f86c': { Name: 'Managed-SimpleCORS', CorsConfig: SIMPLE_CORS },
  '5cc3b908-e619-4b99-88e5-2cf7f45965bd': {
    Name: 'Managed-CORS-With-Preflight',
    CorsConfig: PREFLIGHT_CORS,
  },
  '67f7725c-6f97-4210-82d7-5512b31e9d03': {
    Name: 'Managed-SecurityHeadersPolicy',
    SecurityHeadersConfig: SECURITY,
  },
  'e61eb60c-9c35-4d20-a928-2b84e02af89c': {
    Name: 'Managed-CORS-and-SecurityHeadersPolicy',
    CorsConfig: SIMPLE_CORS,
    SecurityHeadersConfig: SECURITY,
  },
  'eaab4381-ed33-4a86-88ca-d9558dc6cd63': {
    Name: 'Managed-CORS-with-preflight-and-SecurityHeadersPolicy',
    CorsConfig: PREFLIGHT_CORS,
    SecurityHeadersConfig: SECURITY,
  },
};
