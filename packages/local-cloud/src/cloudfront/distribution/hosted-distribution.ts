import { createHash } from 'node:crypto';
import { arn } from '../../shared/account.ts';
import { AwsError } from '../../shared/aws-error.ts';
import type { Caller } from '../../shared/caller.ts';
import type { HostedFunction } from '../functions/hosted-functions.ts';
import type { HostedPolicies } from '../policies/hosted-policies.ts';
import type {
  CachePolicy,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
} from '../policies/properties.ts';
import { compilePathPattern } from './path-pattern.ts';
import type { BehaviorProperties, DistributionConfig, OriginProperties } from './properties.ts';
import { TrafficCounter } from './traffic.ts';

export interface HostedOrigin {
  /** `/<bucket><origin path>`. */
  readonly path: string;
  /** CloudFront itself with an origin access control, otherwise nobody. */
  readonly caller: Caller;
}

export interface CacheBehavior {
  readonly matches: (path: string) => boolean;
  readonly allowedMethods: readonly string[];
  readonly origin: HostedOrigin;
  readonly cachePolicy: CachePolicy;
  readonly originRequestPolicy: OriginRequestPolicy | undefined;
  readonly responseHeadersPolicy: ResponseHeadersPolicy | undefined;
  readonly onRequest: HostedFunction | undefined;
  readonly onResponse: HostedFunction | undefined;
}

/** A distribution of the template. */
export interface HostedDistribution {
  readonly id: string;
  /** `127.0.0.1:<port>` */
  readonly domainName: string;
  readonly config: DistributionConfig;
  /** In their order; the last one matches every path. */
  readonly behaviors: readonly CacheBehavior[];
  readonly traffic: TrafficCounter;
}

export interface DistributionParts {
  readonly policies: HostedPolicies;
  readonly function: (functionArn: string) => HostedFunction | undefined;
}

/** `E` and 13 letters and digits, always the same for a resource. */
export function distributionId(physicalName: string): string {
  const digest = createHash('sha256').update(physicalName).digest('hex');
  return `E${BigInt(`0x${digest}`).toString(36).toUpperCase().slice(0, 13)}`;
}

export function distributionArn(id: string): string {
  return arn('cloudfront', `distribution/${id}`, '');
}

/** Throws AwsError for a policy, a function or an origin that does not exist. */
export function hostDistribution(
  id: string,
  domainName: string,
  config: DistributionConfig,
  parts: DistributionParts,
): HostedDistribution {
  const origins = new Map(
    config.Origins.map((origin) => [origin.Id, hostOrigin(id, origin, parts)]),
  );
  const make = (properties: BehaviorProperties, matches: CacheBehavior['matches']) =>
    hostBehavior(properties, matches, origins, parts);
  return {
    id,
    domainName,
    config,
    behaviors: [
      ...config.CacheBehaviors.map((each) => make(each, compilePathPattern(each.PathPattern))),
      make(config.DefaultCacheBehavior, () => true),
    ],
    traffic: new TrafficCounter(),
  };
}

function hostOrigin(id: string, origin: OriginProperties, parts: DistributionParts): HostedOrigin {
  const { DomainName, OriginAccessControlId: accessControl, OriginPath } = origin;
  const bucket = /^(.+)\.s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com$/.exec(DomainName);
  if (bucket === null) {
    throw new AwsError(
      'InvalidArgument',
      `The origin ${origin.Id} has the domain name ${DomainName}; the local cloud supports buckets only (<bucket>.s3.<region>.amazonaws.com).`,
    );
  }
  if (accessControl !== undefined) parts.policies.requireOriginAccessControl(accessControl);
  return {
    path: `/${bucket[1]}${OriginPath}`,
    caller:
      accessControl === undefined
        ? { kind: 'anonymous' }
        : { kind: 'service', service: 'cloudfront.amazonaws.com', sourceArn: distributionArn(id) },
  };
}

function hostBehavior(
  properties: BehaviorProperties,
  matches: CacheBehavior['matches'],
  origins: ReadonlyMap<string, HostedOrigin>,
  parts: DistributionParts,
): CacheBehavior {
  const { policies } = parts;
  const { OriginRequestPolicyId, ResponseHeadersPolicyId, TargetOriginId } = properties;
  const origin = origins.get(TargetOriginId);
  if (origin === undefined)
    throw new AwsError('NoSuchOrigin', `There is no origin with the id ${TargetOriginId}.`);
  const associated = (event: string) => {
    const found = properties.FunctionAssociations.filter(({ EventType }) => EventType === event);
    const [association] = found;
    if (association === undefined) return undefined;
    const hosted = parts.function(association.FunctionARN);
    if (hosted !== undefined && found.length === 1) return hosted;
    throw new AwsError(
      'InvalidFunctionAssociation',
      `${event} needs one function of the template; got ${found.map(({ FunctionARN }) => FunctionARN).join(', ')}.`,
    );
  };
  return {
    matches,
    allowedMethods: properties.AllowedMethods,
    origin,
    cachePolicy: policies.cachePolicy(properties.CachePolicyId),
    originRequestPolicy:
      OriginRequestPolicyId === undefined
        ? undefined
        : policies.originRequestPolicy(OriginRequestPolicyId),
    responseHeadersPolicy:
      ResponseHeadersPolicyId === undefined
        ? undefined
        : policies.responseHeadersPolicy(ResponseHeadersPolicyId),
    onRequest: associated('viewer-request'),
    onResponse: associated('viewer-response'),
  };
}
