import { type CanonicalParts, headerValue, parseQuery } from './sigv4-canonical.ts';
import { type SignatureDialect, signatureError } from './sigv4-errors.ts';

/** The signature of a request, parsed but not verified. */
export interface SignatureClaim {
  readonly kind: 'header' | 'query';
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly timestamp: string;
  /** The timestamp in ms since the epoch. */
  readonly instant: number;
  readonly sessionToken: string | undefined;
  /** Seconds; presigned requests only. */
  readonly expires: number | undefined;
  /** The payload hash of the request: a header, or a parameter of a presigned URL. */
  readonly payloadHash: string | undefined;
}

export interface CredentialScope {
  /** `YYYYMMDD`. */
  readonly date: string;
  /** For version 4A, the set of regions. */
  readonly region: string;
  readonly service: string;
}

/** Of Signature Version 4, and of 4A: its scope has no region, and the header x-amz-region-set names the regions. */
export type SignatureAlgorithm = 'AWS4-HMAC-SHA256' | 'AWS4-ECDSA-P256-SHA256';
const ALGORITHM = 'AWS4-HMAC-SHA256';
/**
 * A presigned URL is valid for one week at most:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
const MAX_EXPIRES = 604_800;
const REQUIRED_PARAMETERS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
];

/** Undefined for a request without a signature of this algorithm. Version 4A is supported in the header only. */
export function parseClaim(
  request: CanonicalParts,
  dialect: SignatureDialect,
  algorithm: SignatureAlgorithm = ALGORITHM,
): SignatureClaim | undefined {
  const authorization = headerValue(request.headers, 'authorization');
  const query = new Map(parseQuery(request.rawQuery));
  const presigned = query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature');
  if (presigned && authorization !== undefined) {
    throw signatureError(
      'severalMechanisms',
      dialect,
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      { ArgumentName: 'Authorization', ArgumentValue: authorization },
    );
  }
  if (presigned) return fromQuery(request, query, dialect);
  if (authorization?.startsWith(algorithm))
    return fromHeader(request, authorization, dialect, algorithm);
  return undefined;
}

function fromHeader(
  request: CanonicalParts,
  authorization: string,
  dialect: SignatureDialect,
  algorithm: SignatureAlgorithm,
): SignatureClaim {
  const malformed = (what: string) =>
    signatureError('malformedHeader', dialect, `The authorization header is malformed; ${what}`);
  const fields = new Map(
    authorization
      .slice(algorithm.length)
      .split(',')
      .map((field) => {
        const equals = field.indexOf('=');
        return [field.slice(0, Math.max(0, equals)).trim(), field.slice(equals + 1).trim()];
      }),
  );
  const field = (name: string) => {
    const value = fields.get(name);
    if (!value) throw malformed(`Authorization header requires '${name}' parameter.`);
    return value;
  };
  const timestamp =
    headerValue(request.headers, 'x-amz-date') ?? basicFormat(headerValue(request.headers, 'date'));
  const instant = timestamp === undefined ? undefined : parseTimestamp(timestamp);
  if (timestamp === undefined || instant === undefined) {
    throw signatureError(
      dialect === 's3' ? 'unsigned' : 'malformedHeader',
      dialect,
      'AWS authentication requires a valid Date or x-amz-date header',
    );
  }
  return {
    kind: 'header',
    ...parseCredential(
      field('Credential'),
      timestamp,
      malformed,
      algorithm === ALGORITHM ? undefined : headerValue(request.headers, 'x-amz-region-set'),
    ),
    signedHeaders: field('SignedHeaders').split(';'),
    signature: field('Signature'),
    timestamp,
    instant,
    sessionToken: headerValue(request.headers, 'x-amz-security-token'),
    expires: undefined,
    payloadHash: headerValue(request.headers, 'x-amz-content-sha256'),
  };
}

function fromQuery(
  request: CanonicalParts,
  query: ReadonlyMap<string, string>,
  dialect: SignatureDialect,
): SignatureClaim {
  const malformed = (what: string) => signatureError('malformedQuery', dialect, what);
  const parameter = (name: string) => {
    const value = query.get(name);
    if (value) return value;
    throw malformed(
      `Query-string authentication version 4 requires the ${REQUIRED_PARAMETERS.slice(0, -1).join(', ')}, and ${REQUIRED_PARAMETERS.at(-1)} parameters.`,
    );
  };
  for (const name of REQUIRED_PARAMETERS) parameter(name);
  if (parameter('X-Amz-Algorithm') !== ALGORITHM) {
    throw malformed(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  }
  const timestamp = parameter('X-Amz-Date');
  const instant = parseTimestamp(timestamp);
  if (instant === undefined) {
    throw malformed(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`);
  }
  return {
    kind: 'query',
    ...parseCredential(parameter('X-Amz-Credential'), timestamp, malformed),
    signedHeaders: parameter('X-Amz-SignedHeaders').split(';'),
    signature: parameter('X-Amz-Signature'),
    timestamp,
    instant,
    sessionToken: query.get('X-Amz-Security-Token'),
    expires: parseExpires(parameter('X-Amz-Expires'), malformed),
    payloadHash:
      query.get('X-Amz-Content-Sha256') ?? headerValue(request.headers, 'x-amz-content-sha256'),
  };
}

function parseCredential(
  credential: string,
  timestamp: string,
  malformed: (what: string) => Error,
  regionSet?: string,
): { accessKeyId: string; scope: CredentialScope } {
  // An access key of other tools can contain slashes, so the scope is read from the end.
  const parts = credential.split('/');
  if (regionSet !== undefined) parts.splice(-2, 0, regionSet);
  const [date = '', region = '', service = '', terminator = ''] = parts.slice(-4);
  const accessKeyId = parts.slice(0, -4).join('/');
  if (accessKeyId === '' || terminator !== 'aws4_request') {
    throw malformed(
      `the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request", got "${credential}".`,
    );
  }
  if (date !== timestamp.slice(0, 8)) {
    throw malformed(
      `Invalid credential date "${date}". This date is not the same as X-Amz-Date: "${timestamp.slice(0, 8)}".`,
    );
  }
  return { accessKeyId, scope: { date, region, service } };
}

function parseExpires(text: string, malformed: (what: string) => Error): number {
  const seconds = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(seconds)) throw malformed('X-Amz-Expires should be a number');
  if (seconds < 0) throw malformed('X-Amz-Expires must be non-negative');
  if (seconds > MAX_EXPIRES) {
    throw malformed(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${MAX_EXPIRES} seconds`,
    );
  }
  return seconds;
}

/** `YYYYMMDDTHHMMSSZ` in ms since the epoch, undefined for any other text. */
export function parseTimestamp(timestamp: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const instant = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(instant) ? undefined : instant;
}

/** The Date header (RFC 1123) in the basic form of the string to sign. */
function basicFormat(date: string | undefined): string | undefined {
  const instant = date === undefined ? Number.NaN : Date.parse(date);
  if (Number.isNaN(instant)) return undefined;
  return `${new Date(instant).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}
