const OWN_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Whether a Host header names this machine. Any other name is refused: with DNS rebinding, a page of another
 * site reaches the listeners of this machine under the site's own name, past the browser's same-origin policy.
 * The port is not compared, so that a forwarded port works. Browsers always send the header.
 */
export function isOwnHost(host: string | undefined): boolean {
  if (host === undefined) return true;
  return OWN_NAMES.has(host.toLowerCase().replace(/:\d*$/, ''));
}
