const LOOPBACK_URL = /https:\/\/(127\.0\.0\.1:\d+)/g;

/**
 * Replaces https with http in the URLs of this machine. A template builds the URL of a hosted resource from its host
 * name, such as `https://` and the domain name of a distribution; the listeners have no TLS.
 */
export function withoutTls(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(LOOPBACK_URL, 'http://$1');
  if (Array.isArray(value)) return value.map(withoutTls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutTls(each)]));
}
