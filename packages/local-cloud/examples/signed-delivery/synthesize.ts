import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  KeyValueStore,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib/core';
import { buildSync } from 'esbuild';

const source = (name: string) => fileURLToPath(new URL(`./functions/${name}`, import.meta.url));

/**
 * A private bucket behind a distribution that checks signatures. The key is a secret that rotates every 30 days.
 * Writes the assembly to `<folder>/out` and returns that path.
 */
export function synthesizeSignedDelivery(folder: string): string {
  const app = new App({ outdir: join(folder, 'out') });
  const stack = new Stack(app, 'test-delivery');
  const bucket = new Bucket(stack, 'Bucket');
  const keys = new KeyValueStore(stack, 'Keys');
  const verify = new EdgeFunction(stack, 'Verify', {
    code: FunctionCode.fromFile({ filePath: source('verify-signature.js') }),
    keyValueStore: keys,
    runtime: FunctionRuntime.JS_2_0,
  });
  const distribution = new Distribution(stack, 'Distribution', {
    defaultBehavior: {
      origin: S3BucketOrigin.withOriginAccessControl(bucket as IBucket),
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      functionAssociations: [{ function: verify, eventType: FunctionEventType.VIEWER_REQUEST }],
    },
  });

  const outdir = join(folder, 'rotate-key');
  buildSync({
    entryPoints: [source('rotate-key.ts')],
    outfile: join(outdir, 'index.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const rotate = new LambdaFunction(stack, 'RotateKey', {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromAsset(outdir),
    timeout: Duration.seconds(30),
    memorySize: 256,
    environment: { STORE: keys.keyValueStoreArn, URL: `https://${distribution.domainName}` },
  });
  rotate.addToRolePolicy(
    new PolicyStatement({
      actions: [
        'cloudfront-keyvaluestore:DescribeKeyValueStore',
        'cloudfront-keyvaluestore:UpdateKeys',
      ],
      resources: [keys.keyValueStoreArn],
    }),
  );
  const secret = new Secret(stack, 'Key');
  const schedule = secret.addRotationSchedule('Rotation', {
    rotationLambda: rotate,
    automaticallyAfter: Duration.days(30),
  });
  // The policy of the function's role must exist when the first rotation begins.
  if (rotate.role) schedule.node.addDependency(rotate.role);

  new CfnOutput(stack, 'BucketName', { value: bucket.bucketName });
  new CfnOutput(stack, 'SecretArn', { value: secret.secretArn });
  new CfnOutput(stack, 'RotateKeyName', { value: rotate.functionName });
  new CfnOutput(stack, 'Url', { value: `https://${distribution.distributionDomainName}` });
  app.synth();
  return join(folder, 'out');
}
