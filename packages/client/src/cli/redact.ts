/** The query of a presigned URL is a credential until it expires. */
const PRESIGNED_QUERY = /\?[^\s"'<>]*\bX-Amz-(?:Signature|Credential|Security-Token)=[^\s"'<>]*/gi;

const BEARER = /\bBearer\s+[\w.~+/=-]+/gi;

/**
 * Removes queries of presigned URLs and tokens from a text. Everything that is printed passes here, so that no message can
 * contain them.
 *
 * @param secrets tokens in use
 */
export function redacted(text: string, secrets: Iterable<string> = []): string {
  let shown = text
    .replaceAll(PRESIGNED_QUERY, '?[redacted]')
    .replaceAll(BEARER, 'Bearer [redacted]');
  for (const secret of secrets) {
    if (secret.length > 0) shown = shown.replaceAll(secret, '[redacted]');
  }
  return shown;
}
