import type { SignedRequest, VerifyOptions } from './signed-request.ts';
import type { SignatureClaim } from './sigv4-claim.ts';
import { type SignatureDialect, signatureError } from './sigv4-errors.ts';

/** 15 minutes before and after: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html */
const MAX_SKEW_MS = 15 * 60 * 1000;

/** The region and the service of the scope must be those of the endpoint. */
export function requireScope({ scope, kind }: SignatureClaim, options: VerifyOptions): void {
  const wrong = (what: string, members: Record<string, unknown> = {}) =>
    signatureError(
      kind === 'header' ? 'malformedHeader' : 'malformedQuery',
      options.dialect,
      kind === 'header'
        ? `The authorization header is malformed; ${what}`
        : `Error parsing the X-Amz-Credential parameter; ${what}`,
      members,
    );
  if (scope.region !== options.region) {
    throw wrong(`the region '${scope.region}' is wrong; expecting '${options.region}'`, {
      Region: options.region,
    });
  }
  if (options.service !== undefined && scope.service !== options.service) {
    throw wrong(
      `incorrect service "${scope.service}". This endpoint belongs to "${options.service}".`,
    );
  }
}

/** A header's time must be near the current time; a presigned URL must be valid and not expired. */
export function requireTime(claim: SignatureClaim, { now, dialect }: VerifyOptions): void {
  if (claim.expires === undefined) {
    if (Math.abs(now - claim.instant) <= MAX_SKEW_MS) return;
    throw signatureError(
      'skewed',
      dialect,
      dialect === 's3'
        ? 'The difference between the request time and the current time is too large.'
        : `Signature expired: ${claim.timestamp} is not within 15 minutes of the current time ${isoSeconds(now)}`,
      {
        RequestTime: claim.timestamp,
        ServerTime: isoSeconds(now),
        MaxAllowedSkewMilliseconds: MAX_SKEW_MS,
      },
    );
  }
  if (claim.instant - now > MAX_SKEW_MS) {
    throw signatureError('expiredUrl', dialect, 'Request is not yet valid', {
      'X-Amz-Date': claim.timestamp,
      ServerTime: isoSeconds(now),
    });
  }
  const end = claim.instant + claim.expires * 1000;
  if (claim.expires > 0 && now <= end) return;
  throw signatureError('expiredUrl', dialect, 'Request has expired', {
    'X-Amz-Expires': claim.expires,
    Expires: isoSeconds(end),
    ServerTime: isoSeconds(now),
  });
}

/** Host and every `x-amz-*` header must be signed: otherwise anyone could add a header to a presigned URL. */
export function requireSignedHeaders(
  claim: SignatureClaim,
  request: SignedRequest,
  dialect: SignatureDialect,
): void {
  const signed = new Set(claim.signedHeaders);
  const unsigned = Object.keys(request.headers).filter(
    (name) =>
      (name === 'host' || name.startsWith('x-amz-')) &&
      request.headers[name] !== undefined &&
      !signed.has(name),
  );
  if (!signed.has('host') && !unsigned.includes('host')) unsigned.unshift('host');
  if (unsigned.length === 0) return;
  throw signatureError(
    'headersNotSigned',
    dialect,
    'There were headers present in the request which were not signed',
    { HeadersNotSigned: unsigned.join(', ') },
  );
}

function isoSeconds(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}
