import { App, Tags, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ConfigurationError, readConfiguration } from '../lib/configuration.ts';
import { DataStack } from '../lib/data-stack.ts';
import { PipelineStack } from '../lib/pipeline-stack.ts';

const app = new App();
const configuration = configured();
const { name } = configuration;

const data = new DataStack(app, `${name}-data`, {
  configuration,
  description: 'reelgate: originals, outputs, records and accounts',
});
new PipelineStack(app, `${name}-pipeline`, {
  configuration,
  data,
  description: 'reelgate: API and workflow',
});

Tags.of(app).add('application', name);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

/** A configuration that is not valid is told in its own words, without a stack trace. */
function configured() {
  try {
    return readConfiguration(app.node.tryGetContext('reelgate'), process.env.REELGATE_CONFIG);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
