import type { HeaderLists } from '../functions/event.ts';
import type { ResponseHeadersPolicy } from './properties.ts';

/**
 * The headers of a response with those of its policy. A header of the origin stays, unless the policy overrides it.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
 */
export function applyResponseHeaders(
  policy: ResponseHeadersPolicy | undefined,
  request: { readonly method: string; readonly headers: HeaderLists },
  headers: HeaderLists,
): HeaderLists {
  if (policy === undefined) return headers;
  const removed = new Set(
    policy.RemoveHeadersConfig?.Items.map(({ Header }) => Header.toLowerCase()),
  );
  const result: Record<string, readonly string[] | undefined> = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !removed.has(name)),
  );
  const set = (name: string, value: string, override: boolean) => {
    if (override || result[name] === undefined) result[name] = [value];
  };
  for (const { Header, Value, Override } of policy.CustomHeadersConfig?.Items ?? [])
    set(Header.toLowerCase(), Value, Override);
  for (const [name, value, override] of securityHeaders(policy)) set(name, value, override);
  const cors = policy.CorsConfig;
  if (cors === undefined) return result;
  // Without an override, the CORS headers of the origin are used as a whole.
  const fromOrigin = headers['access-control-allow-origin'] !== undefined;
  if (fromOrigin && !cors.OriginOverride) return result;
  for (const name of Object.keys(result))
    if (name.startsWith('access-control-')) delete result[name];
  return { ...result, ...corsHeaders(cors, request, result.vary) };
}

function securityHeaders({ SecurityHeadersConfig: config }: ResponseHeadersPolicy) {
  const all: [name: string, value: string, override: boolean][] = [];
  const {
    ContentSecurityPolicy: csp,
    ContentTypeOptions: types,
    FrameOptions: frame,
  } = config ?? {};
  const {
    ReferrerPolicy: referrer,
    StrictTransportSecurity: sts,
    XSSProtection: xss,
  } = config ?? {};
  if (csp) all.push(['content-security-policy', csp.ContentSecurityPolicy, csp.Override]);
  if (types) all.push(['x-content-type-options', 'nosniff', types.Override]);
  if (frame) all.push(['x-frame-options', frame.FrameOption, frame.Override]);
  if (referrer) all.push(['referrer-policy', referrer.ReferrerPolicy, referrer.Override]);
  if (sts) {
    const parts = [
      `max-age=${sts.AccessControlMaxAgeSec}`,
      ...(sts.IncludeSubdomains ? ['includeSubDomains'] : []),
      ...(sts.Preload ? ['preload'] : []),
    ];
    all.push(['strict-transport-security', parts.join('; '), sts.Override]);
  }
  if (xss) {
    const parts = [
      xss.Protection ? '1' : '0',
      ...(xss.Protection && xss.ModeBlock ? ['mode=block'] : []),
      ...(xss.ReportUri === undefined ? [] : [`report=${xss.ReportUri}`]),
    ];
    all.push(['x-xss-protection', parts.join('; '), xss.Override]);
  }
  return all;
}

function corsHeaders(
  cors: NonNullable<ResponseHeadersPolicy['CorsConfig']>,
  { method, headers }: { readonly method: string; readonly headers: HeaderLists },
  vary: readonly string[] | undefined,
): HeaderLists {
  const origin = headers.origin?.[0];
  const { Items: allowed } = cors.AccessControlAllowOrigins;
  if (origin === undefined || !allowed.some((pattern) => matchesOrigin(pattern, origin))) return {};
  const anyOrigin = allowed.includes('*');
  const isPreflight =
    method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
  const list = (given: { readonly Items: readonly string[] }) => [given.Items.join(', ')];
  return {
    'access-control-allow-origin': [anyOrigin ? '*' : origin],
    ...(anyOrigin ? {} : { vary: [[...(vary ?? []), 'Origin'].join(', ')] }),
    ...(cors.AccessControlAllowCredentials ? { 'access-control-allow-credentials': ['true'] } : {}),
    ...(isPreflight
      ? {
          'access-control-allow-headers': list(cors.AccessControlAllowHeaders),
          'access-control-allow-methods': list(cors.AccessControlAllowMethods),
          ...(cors.AccessControlMaxAgeSec === undefined
            ? {}
            : { 'access-control-max-age': [String(cors.AccessControlMaxAgeSec)] }),
        }
      : {}),
    ...(cors.AccessControlExposeHeaders && !isPreflight
      ? { 'access-control-expose-headers': list(cors.AccessControlExposeHeaders) }
      : {}),
  };
}

/** `*`, an origin, or one with a `*` for the first part of its host. */
function matchesOrigin(pattern: string, origin: string): boolean {
  if (pattern === '*') return true;
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === origin;
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return (
    origin.length > head.length + tail.length && origin.startsWith(head) && origin.endsWith(tail)
  );
}
