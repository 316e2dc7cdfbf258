import type { CachePolicy } from '../policies/properties.ts';

/**
 * How long a response stays fresh, in ms; 0 if it is not cached.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html#ExpirationDownloadDist
 */
export function timeToLive(
  { MinTTL, DefaultTTL, MaxTTL }: Pick<CachePolicy, 'MinTTL' | 'DefaultTTL' | 'MaxTTL'>,
  headers: { readonly 'cache-control'?: string; readonly expires?: string },
  now: number,
): number {
  const directives = new Map(
    (headers['cache-control'] ?? '').split(',').map((each): [string, string] => {
      const [name = '', value = ''] = each.trim().toLowerCase().split('=');
      return [name, value.replaceAll('"', '')];
    }),
  );
  const forbidden = ['no-cache', 'no-store', 'private'].some((name) => directives.has(name));
  if (forbidden) return MinTTL * 1000;
  const maxAge = directives.get('s-maxage') ?? directives.get('max-age');
  const clamp = (value: number) => Math.min(Math.max(value, MinTTL), MaxTTL) * 1000;
  if (maxAge !== undefined && /^\d+$/.test(maxAge)) return clamp(Number(maxAge));
  if (headers.expires !== undefined) {
    const expires = Date.parse(headers.expires);
    return clamp(Number.isNaN(expires) ? 0 : Math.floor((expires - now) / 1000));
  }
  return clamp(DefaultTTL);
}
