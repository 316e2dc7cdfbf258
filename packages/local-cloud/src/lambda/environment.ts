import { REGION } from '../shared/account.ts';
import type { Credentials } from '../shared/caller.ts';
import type { FunctionProperties } from './properties.ts';

/** The endpoints that the AWS SDK in a function uses. */
export interface Endpoints {
  /** URL of the endpoint of the JSON services. */
  readonly services: string;
  /** URL of the S3 listener. */
  readonly s3: string;
}

export interface EnvironmentFacts {
  readonly functionName: string;
  readonly properties: FunctionProperties;
  readonly credentials: Credentials;
  readonly endpoints: Endpoints;
  readonly taskRoot: string;
  readonly temporaryFolder: string;
  readonly logGroup: string;
  readonly logStream: string;
}

/**
 * All environment variables of a function: those of the template and those that Lambda defines
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html), the endpoints by the names of
 * the SDK, and TMPDIR, because threads share /tmp.
 */
export function environmentOf(facts: EnvironmentFacts): Record<string, string> {
  const { properties, credentials } = facts;
  const logging = properties.LoggingConfig;
  const level = logging?.ApplicationLogLevel;
  return {
    ...properties.Environment?.Variables,
    _HANDLER: properties.Handler,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: `AWS_Lambda_${properties.Runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: facts.functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(properties.MemorySize),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: facts.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: facts.logStream,
    AWS_LAMBDA_LOG_FORMAT: logging?.LogFormat ?? 'Text',
    ...(level === undefined ? {} : { AWS_LAMBDA_LOG_LEVEL: level }),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken === undefined
      ? {}
      : { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_ENDPOINT_URL: facts.endpoints.services,
    AWS_ENDPOINT_URL_S3: facts.endpoints.s3,
    // The SDK puts the account before the host, which is not possible for an address.
    AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: facts.endpoints.services.replace(
      '127.0.0.1',
      'localhost',
    ),
    LAMBDA_TASK_ROOT: facts.taskRoot,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TMPDIR: facts.temporaryFolder,
    TZ: ':UTC',
  };
}
