import {
  AllowedMethods,
  CacheCookieBehavior,
  CachedMethods,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  type KeyValueStore,
  PriceClass,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  Signing,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { viewerFunctionCode } from './viewer-function-code.ts';

export interface MediaDistributionProps {
  readonly outputBucket: Bucket;
  /** What the viewer function reads: keys, and removed videos. */
  readonly values: KeyValueStore;
  /** Origins of the pages that play videos. */
  readonly allowedOrigins: readonly string[];
}

/** Files below a video are never replaced, so that viewers and edge locations may keep them. */
const KEPT = Duration.days(30);

/**
 * The CDN of videos, with a host of its own: nothing that users have uploaded is served from the host of a page. Every
 * request needs a token in its path, which the viewer function checks before the cache is looked up, so that all viewers
 * share one cache.
 */
export class MediaDistribution extends Construct {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: MediaDistributionProps) {
    super(scope, id);
    const { outputBucket, values, allowedOrigins } = props;
    const viewerFunction = new EdgeFunction(this, 'AuthorizeViewer', {
      comment: 'Checks the playback token in the path',
      code: FunctionCode.fromInline(viewerFunctionCode(allowedOrigins)),
      runtime: FunctionRuntime.JS_2_0,
      keyValueStore: values,
    });
    const accessControl = new S3OriginAccessControl(this, 'AccessControl', {
      // Never the viewer's own Authorization header.
      signing: Signing.SIGV4_ALWAYS,
    });
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'reelgate: videos',
      defaultBehavior: {
        // `withOriginAccessControl` would add a policy to the bucket, which belongs to another stack: a cycle. The data
        // stack has the policy.
        origin: S3BucketOrigin.withBucketDefaults(outputBucket as IBucket, {
          originAccessControlId: accessControl.originAccessControlId,
        }),
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
        cachedMethods: CachedMethods.CACHE_GET_HEAD,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        cachePolicy: this.#cachePolicy(),
        responseHeadersPolicy: this.#responseHeaders(allowedOrigins),
        // Segments are compressed already.
        compress: false,
        functionAssociations: [
          { function: viewerFunction, eventType: FunctionEventType.VIEWER_REQUEST },
        ],
      },
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_ALL,
    });
    this.#acknowledge();
  }

  /** The rewritten path alone: nothing that differs between viewers. */
  #cachePolicy(): CachePolicy {
    return new CachePolicy(this, 'CachePolicy', {
      comment: 'reelgate: the path of the file',
      minTtl: Duration.seconds(1),
      defaultTtl: KEPT,
      maxTtl: KEPT,
      queryStringBehavior: CacheQueryStringBehavior.none(),
      headerBehavior: CacheHeaderBehavior.none(),
      cookieBehavior: CacheCookieBehavior.none(),
    });
  }

  #responseHeaders(allowedOrigins: readonly string[]): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'Headers', {
      comment: 'reelgate: headers of media',
      corsBehavior: {
        accessControlAllowCredentials: false,
        accessControlAllowOrigins: [...allowedOrigins],
        accessControlAllowMethods: ['GET', 'HEAD'],
        accessControlAllowHeaders: ['range', 'if-range', 'if-none-match', 'if-modified-since'],
        accessControlExposeHeaders: ['content-length', 'content-range', 'etag'],
        accessControlMaxAge: Duration.days(1),
        originOverride: true,
      },
      securityHeadersBehavior: {
        contentTypeOptions: { override: true },
        // A file of captions or a picture that is opened as a page can do nothing.
        contentSecurityPolicy: {
          contentSecurityPolicy: "default-src 'none'; sandbox",
          override: true,
        },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override: true },
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: 'cross-origin-resource-policy', value: 'cross-origin', override: true },
          // The token is in the path: pages that a viewer opens next must not receive it.
          { header: 'referrer-policy', value: 'no-referrer', override: true },
        ],
      },
    });
  }

  #acknowledge(): void {
    Validations.of(this.distribution).acknowledge(
      {
        id: 'AwsSolutions-CFR1',
        reason: 'Videos have no geographic restriction unless the operator configures one.',
      },
      {
        id: 'AwsSolutions-CFR2',
        reason:
          'Every request without a valid token is refused by the viewer function. A web ACL costs per request; docs/guides/deploy.md says how to add one.',
      },
      {
        id: 'AwsSolutions-CFR3',
        reason:
          'Standard access logs contain the path, and the path contains the token of the viewer until it expires.',
      },
      {
        id: 'AwsSolutions-CFR4',
        reason: 'The default certificate of CloudFront has no choice of TLS versions.',
      },
    );
  }
}
