import {
  EnvironmentError,
  type FunctionName,
  type ReadEnvironment,
  readEnvironment,
} from '../../../core/environment.ts';

/**
 * The function's environment, checked once. This is the only file that reads `process.env`.
 * @throws EnvironmentError naming each variable that is missing or wrong
 */
export function environmentOf<Name extends FunctionName>(name: Name): ReadEnvironment<Name> {
  return readEnvironment(name, process.env);
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
export function runsInLambda(): boolean {
  return process.env.AWS_LAMBDA_FUNCTION_NAME !== undefined;
}

/**
 * The credentials of the function's role, which Lambda sets in the environment.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 * @throws EnvironmentError where they are missing
 */
export function roleCredentials() {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (!accessKeyId || !secretAccessKey) {
    throw new EnvironmentError(
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set; Lambda sets both.',
    );
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
