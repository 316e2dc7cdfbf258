import { AwsError } from '../shared/aws-error.ts';
import type { CallRule } from './rule.ts';

type ServiceError = readonly [code: string, status: number, message: string];

/**
 * The throttling error of each service. The SDKs treat each of these codes as throttling
 * (https://github.com/smithy-lang/smithy-typescript/blob/main/packages/service-error-classification/src/constants.ts).
 */
const THROTTLES: Readonly<Record<Exclude<CallRule['service'], 'dynamodb'>, ServiceError>> = {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  s3: ['SlowDown', 503, 'Please reduce your request rate.'],
  // https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html
  states: ['ThrottlingException', 400, 'Rate exceeded'],
  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/CommonErrors.html
  events: ['ThrottlingException', 400, 'Rate exceeded'],
  // https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html
  mediaconvert: ['TooManyRequestsException', 429, 'Too Many Requests'],
  // https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
  lambda: ['TooManyRequestsException', 429, 'Rate Exceeded.'],
  // https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html, by its name in the query protocol
  sts: ['Throttling', 400, 'Rate exceeded'],
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
  sqs: ['RequestThrottled', 403, 'The request was denied due to request throttling.'],
  // https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
  secretsmanager: ['ThrottlingException', 400, 'Rate exceeded'],
  // https://docs.aws.amazon.com/cloudfront/latest/APIReference/CommonErrors.html
  cloudfront: ['Throttling', 400, 'Rate exceeded'],
  'cloudfront-keyvaluestore': ['ThrottlingException', 400, 'Rate exceeded'],
};

/** The internal error of each service. The SDKs retry all of them. */
const SERVER_ERRORS: Readonly<Record<CallRule['service'], ServiceError>> = {
  s3: ['InternalError', 500, 'We encountered an internal error. Please try again.'],
  dynamodb: ['InternalServerError', 500, 'Internal server error'],
  states: [
    'InternalFailure',
    500,
    'The request processing has failed because of an unknown error.',
  ],
  events: ['InternalException', 500, 'This exception occurs due to unexpected causes.'],
  mediaconvert: ['InternalServerErrorException', 500, 'Internal Server Error'],
  lambda: ['ServiceException', 500, 'An error occurred and the request cannot be processed.'],
  sts: ['InternalFailure', 500, 'The request processing has failed because of an unknown error.'],
  sqs: ['InternalFailure', 500, 'The request processing has failed because of an unknown error.'],
  secretsmanager: ['InternalServiceError', 500, 'An error occurred on the server side.'],
  cloudfront: [
    'InternalFailure',
    500,
    'The request processing has failed because of an unknown error.',
  ],
  'cloudfront-keyvaluestore': ['InternalServerException', 500, 'Internal server error.'],
};

const LAMBDA_THROTTLE = { Reason: 'ConcurrentInvocationLimitExceeded' };

/** The service's own error for a throttled call; `items` is the length of a transaction. */
export function throttlingError(
  rule: CallRule & { readonly kind: 'throttle' },
  items: number,
): AwsError {
  if (rule.service === 'dynamodb') return dynamodbThrottle(rule.code, items);
  const [code, status, message] = THROTTLES[rule.service];
  return new AwsError(code, message, status, rule.service === 'lambda' ? LAMBDA_THROTTLE : {});
}

/** The service's own internal error. */
export function serverError({ service }: CallRule): AwsError {
  const [code, status, message] = SERVER_ERRORS[service];
  return new AwsError(code, message, status);
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
function dynamodbThrottle(
  code: (CallRule & { readonly kind: 'throttle' })['code'],
  items: number,
): AwsError {
  switch (code) {
    case 'TransactionCanceledException':
      return cancelled(
        'ThrottlingError',
        'Rate of requests exceeds the allowed throughput.',
        items,
      );
    case 'TransactionConflict':
      return cancelled('TransactionConflict', 'Transaction is ongoing for the item', items);
    case 'ProvisionedThroughputExceededException':
      return new AwsError(
        code,
        'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
      );
    default:
      return new AwsError(
        'ThrottlingException',
        'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly.',
      );
  }
}

/** The first item is the reason; the others are valid. */
function cancelled(reason: string, message: string, items: number): AwsError {
  const reasons = Array.from({ length: items }, (_, index) =>
    index === 0 ? { Code: reason, Message: message } : { Code: 'None' },
  );
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}
