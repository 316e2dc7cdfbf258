import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CfnApi, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib/core';
import { buildSync } from 'esbuild';

const WORKFLOW = {
  QueryLanguage: 'JSONata',
  StartAt: 'Record',
  States: {
    Record: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: {
        FunctionName: `\${Record}`,
        Payload: {
          key: '{% $states.input.detail.object.key %}',
          size: '{% $states.input.detail.object.size %}',
        },
      },
      Output: '{% $states.result.Payload %}',
      End: true,
    },
  },
};

/**
 * An index of objects: bucket → rule → workflow → function → table, and an HTTP API that reads the table. Writes
 * the assembly to `<folder>/out` and returns that path.
 */
export function synthesizeObjectIndex(folder: string): string {
  const app = new App({ outdir: join(folder, 'out') });
  const data = new Stack(app, 'test-data');
  const table = new Table(data, 'Table', {
    partitionKey: { name: 'key', type: AttributeType.STRING },
  });
  const bucket = new Bucket(data, 'Bucket', { enforceSSL: true });
  (bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  };

  const work = new Stack(app, 'test-work');
  const lambda = (id: string, source: URL) => {
    const outdir = join(folder, id);
    buildSync({
      entryPoints: [fileURLToPath(source)],
      outfile: join(outdir, 'index.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
    return new LambdaFunction(work, id, {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromAsset(outdir),
      timeout: Duration.seconds(10),
      memorySize: 256,
      environment: { TABLE: table.tableName },
    });
  };
  const record = lambda('Record', new URL('./functions/record-object.ts', import.meta.url));
  table.grantWriteData(record);
  const machine = new StateMachine(work, 'Workflow', {
    definitionBody: DefinitionBody.fromString(JSON.stringify(WORKFLOW)),
    definitionSubstitutions: { Record: record.functionArn },
  });
  record.grantInvoke(machine);
  const audit = new Queue(work, 'Audit', { enforceSSL: true });
  new Rule(work, 'Arrived', {
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: { bucket: { name: [bucket.bucketName] }, object: { key: [{ prefix: 'in-' }] } },
    },
    targets: [new SfnStateMachine(machine), new SqsQueue(audit)],
  });

  const readEntry = lambda('ReadEntry', new URL('./functions/read-entry.ts', import.meta.url));
  table.grantReadData(readEntry);
  const api = new CfnApi(work, 'Api', { name: 'items', protocolType: 'HTTP' });
  const integration = new CfnIntegration(work, 'Integration', {
    apiId: api.ref,
    integrationType: 'AWS_PROXY',
    integrationUri: readEntry.functionArn,
    payloadFormatVersion: '2.0',
  });
  for (const method of ['GET', 'PUT']) {
    new CfnRoute(work, `Route${method}`, {
      apiId: api.ref,
      routeKey: `${method} /items/{key}`,
      target: `integrations/${integration.ref}`,
    });
  }
  new CfnStage(work, 'Stage', { apiId: api.ref, stageName: '$default', autoDeploy: true });
  readEntry.addPermission('Api', {
    principal: new ServicePrincipal('apigateway.amazonaws.com'),
    sourceArn: `arn:aws:execute-api:${work.region}:${work.account}:${api.ref}/*`,
  });

  new CfnOutput(data, 'BucketName', { value: bucket.bucketName });
  new CfnOutput(work, 'ApiUrl', {
    value: `https://${api.ref}.execute-api.${work.region}.${work.urlSuffix}`,
  });
  new CfnOutput(work, 'QueueUrl', { value: audit.queueUrl });
  new CfnOutput(work, 'MachineArn', { value: machine.stateMachineArn });
  app.synth();
  return join(folder, 'out');
}
