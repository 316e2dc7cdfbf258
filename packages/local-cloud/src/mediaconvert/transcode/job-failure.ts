/** Error codes of MediaConvert: https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_error_codes.html */
export const FAILURE_CODES = {
  cannotOpenInput: 1010,
  noVideo: 1020,
  noAudio: 1021,
  unsupportedCodec: 1030,
  incompatibleSettings: 1040,
  brokenStructure: 1075,
  truncated: 1076,
  audioNotDecodable: 1092,
  accessDenied: 1401,
  notFound: 1404,
  roleMissing: 1433,
  roleNotTrusted: 1434,
  writeFailed: 1517,
  timedOut: 1522,
  unknown: 1999,
} as const;

export type FailureCode = (typeof FAILURE_CODES)[keyof typeof FAILURE_CODES];

/** An error that ends the job with status ERROR; `code` and `message` become errorCode and errorMessage. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string) {
    super(message);
    this.code = code;
  }
}
