/**
 * An error response of an AWS service. Each protocol has its own form: XML for S3, `__type` for the JSON
 * protocols, `x-amzn-errortype` for REST-JSON.
 */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  /** Further members of the error, for example DynamoDB's CancellationReasons. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    status = 400,
    members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}
