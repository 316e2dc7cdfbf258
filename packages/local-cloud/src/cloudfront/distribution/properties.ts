import * as z from 'zod';
import { flag, seconds } from '../policies/properties.ts';

const GET = ['GET', 'HEAD'];
const GET_AND_OPTIONS = ['GET', 'HEAD', 'OPTIONS'];

/** One of CloudFront's lists, in any order. An S3 origin has nothing to write here, so the list of all methods is refused. */
const methods = z
  .array(z.string())
  .refine(
    (given) => [GET, GET_AND_OPTIONS].some((list) => [...given].sort().join() === list.join()),
    'must be GET, HEAD or GET, HEAD, OPTIONS',
  );

const behavior = {
  AllowedMethods: methods.default(GET),
  CachedMethods: methods.default(GET),
  CachePolicyId: z.string(),
  // Responses are not compressed here.
  Compress: flag.optional(),
  FunctionAssociations: z
    .array(
      z.strictObject({
        EventType: z.enum(['viewer-request', 'viewer-response']),
        FunctionARN: z.string(),
      }),
    )
    .max(2)
    .default([]),
  OriginRequestPolicyId: z.string().optional(),
  ResponseHeadersPolicyId: z.string().optional(),
  SmoothStreaming: flag.refine((value) => !value, 'must be false').optional(),
  TargetOriginId: z.string(),
  // HTTP on the loopback interface counts as HTTPS, since nothing leaves the machine.
  ViewerProtocolPolicy: z.enum(['allow-all', 'https-only', 'redirect-to-https']),
};
const cacheBehavior = z.strictObject({ ...behavior, PathPattern: z.string().min(1).max(255) });
export type BehaviorProperties = z.output<z.ZodObject<typeof behavior>>;

/** A bucket. Other origins are refused. */
const origin = z.strictObject({
  ConnectionAttempts: z.coerce.number().optional(),
  ConnectionTimeout: z.coerce.number().optional(),
  DomainName: z.string(),
  Id: z.string(),
  OriginAccessControlId: z.string().optional(),
  OriginPath: z
    .string()
    .regex(/^(\/.*[^/])?$/, 'must begin with a slash and not end with one')
    .default(''),
  S3OriginConfig: z.strictObject({
    OriginAccessIdentity: z.literal('', 'must be empty: use an origin access control').optional(),
  }),
});
export type OriginProperties = z.output<typeof origin>;

const errorResponse = z
  .strictObject({
    ErrorCachingMinTTL: seconds.default(10),
    ErrorCode: z.coerce.number().int().min(400).max(599),
    ResponseCode: z.coerce.number().int().min(200).max(599).optional(),
    ResponsePagePath: z.string().startsWith('/').optional(),
  })
  .refine(
    ({ ResponseCode, ResponsePagePath }) =>
      (ResponseCode === undefined) === (ResponsePagePath === undefined),
    'ResponseCode and ResponsePagePath need each other',
  );

const config = z.strictObject({
  // Names, certificate, logs, WAF and protocol versions are accepted without effect.
  Aliases: z.array(z.string()).optional(),
  CacheBehaviors: z.array(cacheBehavior).default([]),
  Comment: z.string().max(128).optional(),
  CustomErrorResponses: z.array(errorResponse).default([]),
  DefaultCacheBehavior: z.strictObject(behavior),
  DefaultRootObject: z.string().default(''),
  Enabled: flag,
  HttpVersion: z.string().optional(),
  IPV6Enabled: flag.optional(),
  Logging: z.record(z.string(), z.unknown()).optional(),
  Origins: z.array(origin).min(1),
  PriceClass: z.string().optional(),
  Restrictions: z
    .strictObject({
      GeoRestriction: z.strictObject({ RestrictionType: z.literal('none', 'must be none') }),
    })
    .optional(),
  ViewerCertificate: z.record(z.string(), z.unknown()).optional(),
  WebACLId: z.string().optional(),
});
export type DistributionConfig = z.output<typeof config>;

/**
 * AWS::CloudFront::Distribution with buckets as origins. Refused by name: other origins, origin groups, Lambda@Edge,
 * trusted key groups, field-level encryption, and the settings that policies have replaced (ForwardedValues).
 */
export const distributionProperties = z.strictObject({
  DistributionConfig: config,
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});
export type DistributionProperties = z.output<typeof distributionProperties>;
