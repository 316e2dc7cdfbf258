import * as z from 'zod';

export const flag = z.union([
  z.boolean(),
  z.enum(['true', 'false']).transform((text) => text === 'true'),
]);
export const seconds = z.coerce.number().int().min(0).max(2_147_483_647);
const name = z.string().regex(/^[\w.-]{1,128}$/, 'must be letters, digits, ., - and _');
const comment = z.string().max(128).optional();
const items = z.strictObject({ Items: z.array(z.string()).min(1) });

/** The names that a policy selects. CloudFront refuses a list with `none` and `all`, and needs one otherwise. */
function selection<B extends string, L extends string>(
  behavior: B,
  list: L,
  allowed: readonly [string, ...string[]],
) {
  return z
    .strictObject({
      [behavior]: z.enum(allowed),
      [list]: z.array(z.string()).min(1).optional(),
    } as { [key in B]: z.ZodEnum } & { [key in L]: z.ZodOptional<z.ZodArray<z.ZodString>> })
    .transform((given) => {
      const values = given as Record<string, unknown>;
      return {
        behavior: String(values[behavior]) as
          | 'none'
          | 'whitelist'
          | 'allExcept'
          | 'all'
          | 'allViewer',
        names: (values[list] ?? []) as string[],
      };
    })
    .refine(
      ({ behavior: each, names }) =>
        names.length > 0 === (each === 'whitelist' || each === 'allExcept'),
      `${list} is needed with whitelist and allExcept, and not allowed otherwise`,
    );
}
export type Selection = z.output<ReturnType<typeof selection>>;

const QUERY = ['none', 'whitelist', 'allExcept', 'all'] as const;
const cookies = selection('CookieBehavior', 'Cookies', QUERY);
const queryStrings = selection('QueryStringBehavior', 'QueryStrings', QUERY);

export const cachePolicyProperties = z.strictObject({
  CachePolicyConfig: z
    .strictObject({
      Comment: comment,
      DefaultTTL: seconds,
      MaxTTL: seconds,
      MinTTL: seconds,
      Name: name,
      ParametersInCacheKeyAndForwardedToOrigin: z.strictObject({
        CookiesConfig: cookies,
        EnableAcceptEncodingBrotli: flag.default(false),
        EnableAcceptEncodingGzip: flag,
        HeadersConfig: selection('HeaderBehavior', 'Headers', ['none', 'whitelist']),
        QueryStringsConfig: queryStrings,
      }),
    })
    .refine(
      ({ MinTTL, DefaultTTL, MaxTTL }) => MinTTL <= DefaultTTL && DefaultTTL <= MaxTTL,
      'MinTTL, DefaultTTL and MaxTTL must be in this order',
    ),
});
export type CachePolicy = z.output<typeof cachePolicyProperties>['CachePolicyConfig'];

export const originRequestPolicyProperties = z.strictObject({
  OriginRequestPolicyConfig: z.strictObject({
    Comment: comment,
    CookiesConfig: cookies,
    HeadersConfig: selection('HeaderBehavior', 'Headers', [
      'none',
      'whitelist',
      'allViewer',
      'allExcept',
    ]),
    Name: name,
    QueryStringsConfig: queryStrings,
  }),
});
export type OriginRequestPolicy = z.output<
  typeof originRequestPolicyProperties
>['OriginRequestPolicyConfig'];

const override = { Override: flag };
const securityHeaders = z.strictObject({
  ContentSecurityPolicy: z
    .strictObject({ ContentSecurityPolicy: z.string().max(1783), ...override })
    .optional(),
  ContentTypeOptions: z.strictObject(override).optional(),
  FrameOptions: z
    .strictObject({ FrameOption: z.enum(['DENY', 'SAMEORIGIN']), ...override })
    .optional(),
  ReferrerPolicy: z.strictObject({ ReferrerPolicy: z.string(), ...override }).optional(),
  StrictTransportSecurity: z
    .strictObject({
      AccessControlMaxAgeSec: seconds,
      IncludeSubdomains: flag.default(false),
      Preload: flag.default(false),
      ...override,
    })
    .optional(),
  XSSProtection: z
    .strictObject({
      ModeBlock: flag.default(false),
      Protection: flag,
      ReportUri: z.string().optional(),
      ...override,
    })
    .optional(),
});

/** Server-Timing is refused. */
export const responseHeadersPolicyProperties = z.strictObject({
  ResponseHeadersPolicyConfig: z.strictObject({
    Comment: comment,
    CorsConfig: z
      .strictObject({
        AccessControlAllowCredentials: flag,
        AccessControlAllowHeaders: items,
        AccessControlAllowMethods: items,
        AccessControlAllowOrigins: items,
        AccessControlExposeHeaders: items.optional(),
        AccessControlMaxAgeSec: seconds.optional(),
        OriginOverride: flag,
      })
      .optional(),
    CustomHeadersConfig: z
      .strictObject({
        Items: z.array(
          z.strictObject({ Header: z.string().min(1), Value: z.string(), ...override }),
        ),
      })
      .optional(),
    Name: name,
    RemoveHeadersConfig: z
      .strictObject({ Items: z.array(z.strictObject({ Header: z.string().min(1) })) })
      .optional(),
    SecurityHeadersConfig: securityHeaders.optional(),
  }),
});
export type ResponseHeadersPolicy = z.output<
  typeof responseHeadersPolicyProperties
>['ResponseHeadersPolicyConfig'];

/** For buckets; CloudFront signs each of its requests. */
export const originAccessControlProperties = z.strictObject({
  OriginAccessControlConfig: z.strictObject({
    Description: z.string().optional(),
    Name: z.string().max(64),
    OriginAccessControlOriginType: z.literal('s3'),
    SigningBehavior: z.literal('always', 'must be always; the local cloud supports no other'),
    SigningProtocol: z.literal('sigv4'),
  }),
});
