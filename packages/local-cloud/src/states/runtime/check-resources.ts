import { AwsError } from '../../shared/aws-error.ts';
import type { Authorize } from '../../shared/caller.ts';
import { findIntegration } from '../integrations/find-integration.ts';
import {
  hasAction,
  isSdkService,
  type SdkService,
  sdkModule,
} from '../integrations/sdk-modules.ts';
import type { Definition, StateSequence } from '../language/definition.ts';
import { itemProcessor } from '../language/definition.ts';
import { parseResource } from '../language/resource.ts';
import { checkManagedRule } from './managed-rule.ts';
import { isJob } from './task-runner.ts';

/** @throws AwsError InvalidDefinition for an `aws-sdk` action that the service does not have */
export async function checkActions(definition: Definition): Promise<void> {
  for (const { resource, location } of taskResources(definition, '')) {
    const parsed = parseResource(resource);
    if (parsed?.kind !== 'service' || !parsed.type.startsWith('aws-sdk:')) continue;
    const service = parsed.type.slice('aws-sdk:'.length);
    if (isSdkService(service) && (await hasAction(service, parsed.action))) continue;
    throw new AwsError(
      'InvalidDefinition',
      `Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The resource provided '${resource}' is not recognized: ${service} has no action ${parsed.action} at ${location}/Resource'`,
    );
  }
}

/** The SDK clients of the optimized integrations. */
const OPTIMIZED: Readonly<Record<string, SdkService>> = {
  lambda: 'lambda',
  events: 'eventbridge',
  sqs: 'sqs',
  dynamodb: 'dynamodb',
  mediaconvert: 'mediaconvert',
  states: 'sfn',
};

/** Loads the clients of the tasks, so that the first execution does not wait for them. */
export async function loadClients(definition: Definition): Promise<void> {
  const types = taskResources(definition, '').map(({ resource }) => {
    const parsed = parseResource(resource);
    return parsed?.kind === 'service' ? parsed.type : 'lambda';
  });
  const services = types.flatMap((type) => OPTIMIZED[type] ?? []);
  await Promise.all([...new Set(services)].map(sdkModule));
}

/** The role must allow the managed rules that report the end of jobs. */
export function checkManagedRules(
  definition: Definition,
  roleArn: string,
  authorize: Authorize,
): void {
  for (const { resource } of taskResources(definition, '')) {
    const parsed = parseResource(resource);
    if (parsed === undefined || !isJob(parsed)) continue;
    const rule = findIntegration(parsed)?.job?.managedRule;
    if (rule !== undefined) checkManagedRule(rule, roleArn, 'create-managed-rule', authorize);
  }
}

interface TaskPlace {
  readonly resource: string;
  readonly location: string;
}

function taskResources(sequence: StateSequence, location: string): TaskPlace[] {
  return Object.entries(sequence.States).flatMap(([name, state]) => {
    const at = `${location}/States/${name}`;
    if (state.Type === 'Task') return [{ resource: state.Resource, location: at }];
    if (state.Type === 'Parallel')
      return state.Branches.flatMap((branch, index) =>
        taskResources(branch, `${at}/Branches[${index}]`),
      );
    return state.Type === 'Map' ? taskResources(itemProcessor(state), `${at}/ItemProcessor`) : [];
  });
}
