import type { TaskResource } from '../language/resource.ts';
import type { Integration } from './integration.ts';
import { functionIntegration, lambdaInvoke } from './lambda.ts';
import { mediaconvertCreateJob } from './mediaconvert.ts';
import { startExecution } from './nested-executions.ts';
import { dynamodb, eventsPutEvents, sqsSendMessage } from './optimized-calls.ts';
import { sdkIntegration } from './sdk-integration.ts';
import { isSdkService } from './sdk-modules.ts';

/** The integration of a validated resource; undefined for any other. */
export function findIntegration(resource: TaskResource): Integration | undefined {
  if (resource.kind === 'function') return functionIntegration(resource.arn);
  const { type, action, pattern } = resource;
  if (type.startsWith('aws-sdk:')) {
    const service = type.slice('aws-sdk:'.length);
    return isSdkService(service) ? sdkIntegration(service) : undefined;
  }
  switch (`${type}:${action}`) {
    case 'lambda:invoke':
      return lambdaInvoke;
    case 'events:putEvents':
      return eventsPutEvents;
    case 'sqs:sendMessage':
      return sqsSendMessage;
    case 'mediaconvert:createJob':
      return mediaconvertCreateJob;
    case 'states:startExecution':
      return startExecution(pattern === 'sync:2');
    default:
      return type === 'dynamodb' ? dynamodb : undefined;
  }
}
