import { KeyValueStore } from 'aws-cdk-lib/aws-cloudfront';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Configuration } from './configuration.ts';
import type { DataStack } from './data-stack.ts';
import { MediaDistribution } from './media-distribution.ts';
import { SigningKeys } from './signing-keys.ts';
import { telemetryOf } from './telemetry.ts';

export interface DeliveryStackProps extends StackProps {
  readonly configuration: Configuration;
  readonly data: DataStack;
}

/** What the functions need to give viewers access to videos. */
export interface Delivery {
  /** `https://…`, without a slash at the end. */
  readonly mediaHost: string;
  readonly signingSecretArn: string;
  readonly values: KeyValueStore;
}

/** How viewers get finished videos: the CDN, and the keys of the tokens that it accepts. */
export class DeliveryStack extends Stack implements Delivery {
  readonly mediaHost: string;
  readonly signingSecretArn: string;
  readonly values: KeyValueStore;

  constructor(scope: Construct, id: string, props: DeliveryStackProps) {
    super(scope, id, props);
    const { configuration, data } = props;
    const telemetry = telemetryOf(configuration);
    this.values = new KeyValueStore(this, 'Values', {
      comment: 'reelgate: keys of playback tokens, and removed videos',
    });
    this.signingSecretArn = new SigningKeys(this, 'SigningKeys', {
      values: this.values,
      telemetry,
    }).secretArn;
    const { distribution } = new MediaDistribution(this, 'Media', {
      outputBucket: data.outputBucket,
      values: this.values,
      allowedOrigins: configuration.allowedOrigins,
    });
    this.mediaHost = `https://${distribution.distributionDomainName}`;

    new CfnOutput(this, 'MediaHost', { value: this.mediaHost });
    new CfnOutput(this, 'DistributionId', { value: distribution.distributionId });
  }
}
