import * as z from 'zod';
import { ACCOUNT_ID } from '../shared/account.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import { bucketProperties, settingsOf } from './bucket-properties.ts';
import type { Engine } from './engine.ts';
import { requireBucketName } from './operations/bucket-name.ts';
import { requireBucketPolicy } from './operations/bucket-policy.ts';

const policyProperties = z.strictObject({
  Bucket: z.string(),
  PolicyDocument: z.record(z.string(), z.unknown()),
});

/**
 * AWS::S3::Bucket and AWS::S3::BucketPolicy. An existing bucket keeps its objects and gets the template's
 * settings.
 */
export function s3Providers(engine: Engine): ResourceProvider[] {
  const bucket: ResourceProvider<z.output<typeof bucketProperties>> = {
    type: 'AWS::S3::Bucket',
    properties: bucketProperties,
    async provide({ physicalName, properties }) {
      const name = properties.BucketName ?? physicalName;
      requireBucketName(name);
      const settings = settingsOf(properties);
      const { buckets } = engine.store;
      engine.store.change(() => {
        const existing = buckets.find(name);
        if (!existing) {
          buckets.add({ name, account: ACCOUNT_ID, createdAt: engine.clock.now(), settings });
          return;
        }
        // The policy is another resource, which is provided after the bucket.
        buckets.change(name, { ...settings, policy: existing.settings.policy });
      });
      const host = `${name}.s3.amazonaws.com`;
      return {
        ref: name,
        attributes: {
          Arn: `arn:aws:s3:::${name}`,
          DomainName: host,
          RegionalDomainName: `${name}.s3.${engine.region}.amazonaws.com`,
          DualStackDomainName: `${name}.s3.dualstack.${engine.region}.amazonaws.com`,
        },
      };
    },
  };

  const policy: ResourceProvider<z.output<typeof policyProperties>> = {
    type: 'AWS::S3::BucketPolicy',
    properties: policyProperties,
    async provide({ physicalName, properties }) {
      const target = engine.store.buckets.get(properties.Bucket);
      const document = JSON.stringify(properties.PolicyDocument);
      requireBucketPolicy(document, target);
      engine.store.change(() => engine.store.buckets.change(target.name, { policy: document }));
      return { ref: physicalName, attributes: {} };
    },
  };

  return [bucket, policy] as ResourceProvider[];
}
