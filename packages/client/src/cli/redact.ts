/** A presigned request's query is a credential while it lives. */
const PRESIGNED_QUERY = /\?[^\s"'<>]*\bX-Amz-(?:Signature|Credential|Security-Token)=[^\s"'<>]*/gi;

const BEARER = /\bBearer\s+[\w.~+/=-]+/gi;

/**
 * The last net before anything is printed: presigned queries and tokens are left out, whoever put them into a
 * message.
 *
 * @param secrets tokens in use
 */
export function redacted(text: string, secrets: Iterable<string> = []): string {
  let shown = text
    .replaceAll(PRESIGNED_QUERY, '?[left out]')
    .replaceAll(BEARER, 'Bearer [left out]');
  for (const secret of secrets) {
    if (secret.length > 0) shown = shown.replaceAll(secret, '[left out]');
  }
  return shown;
}
