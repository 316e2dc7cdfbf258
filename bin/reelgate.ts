import { App, Tags, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ConfigurationError, readConfiguration } from '../lib/configuration.ts';
import { DataStack } from '../lib/data-stack.ts';
import { DeliveryStack } from '../lib/delivery-stack.ts';
import { PipelineStack } from '../lib/pipeline-stack.ts';

const app = new App({
  // The cdk command sets both itself. Set here, the templates are the same when this file runs without it.
  context: { 'aws:cdk:enable-asset-metadata': true, 'aws:cdk:enable-path-metadata': true },
});
const configuration = configurationOrExit();
const { name } = configuration;

const data = new DataStack(app, `${name}-data`, {
  configuration,
  description: 'reelgate: originals, outputs, records and accounts',
});
const delivery =
  configuration.delivery === 'cloudfront'
    ? new DeliveryStack(app, `${name}-delivery`, {
        configuration,
        data,
        description: 'reelgate: the CDN of videos',
      })
    : undefined;
new PipelineStack(app, `${name}-pipeline`, {
  configuration,
  data,
  delivery,
  description: 'reelgate: API and workflow',
});

Tags.of(app).add('application', name);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

/** An invalid configuration ends the process with the validation message alone, without a stack trace. */
function configurationOrExit() {
  try {
    return readConfiguration(app.node.tryGetContext('reelgate'), process.env.REELGATE_CONFIG);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
