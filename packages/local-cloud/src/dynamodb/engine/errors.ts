import { AwsError } from './shared.ts';

// The errors that operations throw. Codes: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html

export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** A parameter's value breaks a rule that DynamoDB reports with a common prefix. */
export function invalidParameter(message: string): AwsError {
  return validationError(`One or more parameter values were invalid: ${message}`);
}

/** The JSON has another type than the parameter, for example a number for a string. */
export function serializationError(message: string): AwsError {
  return new AwsError('SerializationException', message);
}

export function resourceNotFound(detail?: string): AwsError {
  const message = 'Requested resource not found';
  return new AwsError(
    'ResourceNotFoundException',
    detail === undefined ? message : `${message}: ${detail}`,
  );
}

export function resourceInUse(message: string): AwsError {
  return new AwsError('ResourceInUseException', message);
}

/** @param item the item as it is, where the request asks for it */
export function conditionalCheckFailed(item?: unknown): AwsError {
  const members = item === undefined ? {} : { Item: item };
  return new AwsError(
    'ConditionalCheckFailedException',
    'The conditional request failed',
    400,
    members,
  );
}
