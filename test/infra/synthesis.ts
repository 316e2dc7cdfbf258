import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { App } from 'aws-cdk-lib/core';
import { type ConfigurationInput, readConfiguration } from '../../lib/configuration.ts';
import { DataStack } from '../../lib/data-stack.ts';
import { DeliveryStack } from '../../lib/delivery-stack.ts';
import { PipelineStack } from '../../lib/pipeline-stack.ts';

const ROOT = join(import.meta.dirname, '..', '..');

// The CDK's validation of the templates takes a second each time. It is tested once, in app.test.ts.
process.env.CDK_VALIDATION = 'false';

const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

/**
 * The app as `bin/reelgate.ts` builds it.
 * @param region of all stacks; without one they can be deployed in every region
 * @param bundled patterns of the stacks whose functions are bundled
 */
export function build(
  configuration: ConfigurationInput = {},
  bundled: readonly string[] = [],
  region?: string,
) {
  const app = new App({
    context: { ...context, 'aws:cdk:bundling-stacks': bundled },
    analyticsReporting: false,
  });
  const valid = readConfiguration(configuration);
  const env = region === undefined ? {} : { env: { region } };
  const data = new DataStack(app, 'data', { ...env, configuration: valid });
  const delivery =
    valid.delivery === 'cloudfront'
      ? new DeliveryStack(app, 'delivery', { ...env, configuration: valid, data })
      : undefined;
  const props = { ...env, configuration: valid, data, delivery };
  const pipeline = new PipelineStack(app, 'pipeline', props);
  return { app, data, delivery, pipeline };
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: readonly string[];
}

export interface Synthesis {
  readonly data: Template;
  readonly pipeline: Template;
  /** Absent with `delivery: none`. */
  readonly delivery?: Template;
  /** Every resource of all stacks, by logical id. */
  readonly resources: Readonly<Record<string, Resource>>;
}

export function synthesize(configuration: ConfigurationInput = {}, region?: string): Synthesis {
  const stacks = build(configuration, [], region);
  const data = Template.fromStack(stacks.data);
  const pipeline = Template.fromStack(stacks.pipeline);
  const delivery = stacks.delivery && Template.fromStack(stacks.delivery);
  return {
    data,
    pipeline,
    ...(delivery && { delivery }),
    resources: {
      ...data.toJSON().Resources,
      ...delivery?.toJSON().Resources,
      ...pipeline.toJSON().Resources,
    },
  };
}

export function ofType(synthesis: Synthesis, type: string): [string, Resource][] {
  return Object.entries(synthesis.resources).filter(([, resource]) => resource.Type === type);
}
