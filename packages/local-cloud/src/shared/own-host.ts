const OWN_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * SDKs put the account before the host of some services (`000000000000.localhost`). Names below localhost are never
 * those of another machine: https://www.rfc-editor.org/rfc/rfc6761#section-6.3
 */
const ACCOUNT_PREFIX = /^\d{12}\.(?=localhost$)/;

/**
 * Whether a Host header names this machine. Any other name is refused: with DNS rebinding, a page of another
 * site reaches the listeners of this machine under the site's own name, past the browser's same-origin policy.
 * The port is not compared, so that a forwarded port works. Browsers always send the header.
 */
export function isOwnHost(host: string | undefined): boolean {
  if (host === undefined) return true;
  const name = host.toLowerCase().replace(/:\d*$/, '');
  return OWN_NAMES.has(name.replace(ACCOUNT_PREFIX, ''));
}
