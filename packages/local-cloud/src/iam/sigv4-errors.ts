import { AwsError } from '../shared/aws-error.ts';

/**
 * The same errors have different names in S3, the JSON protocols and the query protocol.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
export type SignatureDialect = 's3' | 'json' | 'query';

const NAMES = {
  unknownKey: {
    s3: ['InvalidAccessKeyId', 403],
    json: ['UnrecognizedClientException', 403],
    query: ['InvalidClientTokenId', 403],
  },
  invalidToken: {
    s3: ['InvalidToken', 400],
    json: ['UnrecognizedClientException', 403],
    query: ['InvalidClientTokenId', 403],
  },
  expiredToken: {
    s3: ['ExpiredToken', 400],
    json: ['ExpiredTokenException', 403],
    query: ['ExpiredToken', 403],
  },
  mismatch: {
    s3: ['SignatureDoesNotMatch', 403],
    json: ['InvalidSignatureException', 403],
    query: ['SignatureDoesNotMatch', 403],
  },
  skewed: {
    s3: ['RequestTimeTooSkewed', 403],
    json: ['InvalidSignatureException', 403],
    query: ['SignatureDoesNotMatch', 403],
  },
  expiredUrl: {
    s3: ['AccessDenied', 403],
    json: ['InvalidSignatureException', 403],
    query: ['SignatureDoesNotMatch', 403],
  },
  headersNotSigned: {
    s3: ['AccessDenied', 403],
    json: ['InvalidSignatureException', 403],
    query: ['SignatureDoesNotMatch', 403],
  },
  malformedHeader: {
    s3: ['AuthorizationHeaderMalformed', 400],
    json: ['IncompleteSignatureException', 403],
    query: ['IncompleteSignature', 403],
  },
  malformedQuery: {
    s3: ['AuthorizationQueryParametersError', 400],
    json: ['IncompleteSignatureException', 403],
    query: ['IncompleteSignature', 403],
  },
  unsigned: {
    s3: ['AccessDenied', 403],
    json: ['MissingAuthenticationTokenException', 403],
    query: ['MissingAuthenticationToken', 403],
  },
  severalMechanisms: {
    s3: ['InvalidArgument', 400],
    json: ['InvalidSignatureException', 403],
    query: ['SignatureDoesNotMatch', 403],
  },
  invalidRequest: {
    s3: ['InvalidRequest', 400],
    json: ['IncompleteSignatureException', 403],
    query: ['IncompleteSignature', 403],
  },
} as const satisfies Record<string, Record<SignatureDialect, readonly [string, number]>>;

export type SignatureMistake = keyof typeof NAMES;

export function signatureError(
  mistake: SignatureMistake,
  dialect: SignatureDialect,
  message: string,
  members: Readonly<Record<string, unknown>> = {},
): AwsError {
  const [code, status] = NAMES[mistake][dialect];
  return new AwsError(code, message, status, members);
}
