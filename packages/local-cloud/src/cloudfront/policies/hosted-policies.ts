import { createHash } from 'node:crypto';
import { AwsError } from '../../shared/aws-error.ts';
import type { ResourceProvider } from '../../shared/resource.ts';
import {
  MANAGED_CACHE_POLICIES,
  MANAGED_ORIGIN_REQUEST_POLICIES,
  MANAGED_RESPONSE_HEADERS_POLICIES,
} from './managed-policies.ts';
import {
  type CachePolicy,
  cachePolicyProperties,
  type OriginRequestPolicy,
  originAccessControlProperties,
  originRequestPolicyProperties,
  type ResponseHeadersPolicy,
  responseHeadersPolicyProperties,
} from './properties.ts';

/** The policies of the template and of AWS, by id. */
export interface HostedPolicies {
  readonly providers: readonly ResourceProvider[];
  /** Each throws AwsError for an unknown id. */
  cachePolicy(id: string): CachePolicy;
  originRequestPolicy(id: string): OriginRequestPolicy;
  responseHeadersPolicy(id: string): ResponseHeadersPolicy;
  requireOriginAccessControl(id: string): void;
}

export function hostPolicies(): HostedPolicies {
  const cache = new Map(Object.entries(MANAGED_CACHE_POLICIES));
  const originRequest = new Map(Object.entries(MANAGED_ORIGIN_REQUEST_POLICIES));
  const responseHeaders = new Map(Object.entries(MANAGED_RESPONSE_HEADERS_POLICIES));
  const accessControls = new Map<string, unknown>();

  const provider = <P, V>(
    type: string,
    properties: ResourceProvider<P>['properties'],
    policies: Map<string, V>,
    contentOf: (given: P) => V,
  ): ResourceProvider<P> => ({
    type,
    properties,
    provide: async (request) => {
      const id = idOf(request.physicalName);
      policies.set(id, contentOf(request.properties));
      return { ref: id, attributes: { Id: id } };
    },
  });
  return {
    providers: [
      provider(
        'AWS::CloudFront::CachePolicy',
        cachePolicyProperties,
        cache,
        (given) => given.CachePolicyConfig,
      ),
      provider(
        'AWS::CloudFront::OriginRequestPolicy',
        originRequestPolicyProperties,
        originRequest,
        (given) => given.OriginRequestPolicyConfig,
      ),
      provider(
        'AWS::CloudFront::ResponseHeadersPolicy',
        responseHeadersPolicyProperties,
        responseHeaders,
        (given) => given.ResponseHeadersPolicyConfig,
      ),
      provider(
        'AWS::CloudFront::OriginAccessControl',
        originAccessControlProperties,
        accessControls,
        (given) => given,
      ),
    ] as ResourceProvider[],
    cachePolicy: (id) => found(cache, id, 'cache policy'),
    originRequestPolicy: (id) => found(originRequest, id, 'origin request policy'),
    responseHeadersPolicy: (id) => found(responseHeaders, id, 'response headers policy'),
    requireOriginAccessControl: (id) => void found(accessControls, id, 'origin access control'),
  };
}

function found<V>(policies: ReadonlyMap<string, V>, id: string, kind: string): V {
  const policy = policies.get(id);
  if (policy !== undefined) return policy;
  throw new AwsError(
    'InvalidArgument',
    `There is no ${kind} ${id}; the local cloud has those of the template and ${[...policies.keys()].join(', ') || 'no other'}.`,
  );
}

/** A UUID that is always the same for a resource. */
function idOf(physicalName: string): string {
  const hex = createHash('sha256').update(physicalName).digest('hex');
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
