import { hmacSha256Hex, sha256Hex } from './hashing.ts';
import { percentEncode, type SigningRequest, signatureOf } from './sigv4.ts';

/** Seconds. */
export const DOWNLOAD_SECONDS = 900;

export interface DownloadGrantRequest extends SigningRequest {
  /** The name under which a browser stores the file. */
  readonly fileName: string;
}

export interface DownloadGrant {
  readonly url: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/**
 * Signs GetObject. The signature covers the header that makes a browser store the file instead of showing it: what a user
 * has uploaded is never a page of the bucket's host.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax
 *
 * @throws GrantError
 */
export function signDownload(request: DownloadGrantRequest): DownloadGrant {
  const { signingKey, time, scope, host, origin, path, algorithm, expiresAt } =
    signatureOf(request);
  const disposition = percentEncode(attachment(request.fileName));
  // In the order of the names' bytes, capitals first.
  const query = `${algorithm}&X-Amz-SignedHeaders=host&response-content-disposition=${disposition}&x-id=GetObject`;
  const canonical = `GET\n${path}\n${query}\nhost:${host}\n\nhost\nUNSIGNED-PAYLOAD`;
  const signature = hmacSha256Hex(
    signingKey,
    `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256Hex(canonical)}`,
  );
  return { url: `${origin}${path}?${query}&X-Amz-Signature=${signature}`, expiresAt };
}

/**
 * `Content-Disposition` with a name of ASCII for old clients, and the whole name in UTF-8:
 * https://www.rfc-editor.org/rfc/rfc6266#appendix-D
 */
export function attachment(fileName: string): string {
  const plain = fileName.replaceAll(/[^\x20-\x7e]|["\\%]/gu, '_');
  return `attachment; filename="${plain}"; filename*=UTF-8''${percentEncode(fileName)}`;
}
