import { createHash, randomBytes } from 'node:crypto';

export interface SignInRequest {
  /** URL of the user pool, as in the `iss` claim. */
  readonly issuer: string;
  readonly clientId: string;
  /** One of the client's callback URLs. Nothing needs to listen there. */
  readonly redirectUri: string;
  readonly username: string;
  readonly password: string;
  /**
   * Scopes separated by spaces.
   * @default all scopes that the client is allowed
   */
  readonly scope?: string;
}

/** The response of the token endpoint. `expires_in` is in seconds. */
export interface Tokens {
  readonly access_token: string;
  readonly id_token?: string;
  readonly refresh_token?: string;
  readonly expires_in: number;
  readonly token_type: string;
}

const MAX_STEPS = 10;

/**
 * Signs a user in as a browser does: authorization code with PKCE, through the sign-in form and its cookies.
 * Throws Error with the response of the issuer if the password is wrong or the client is refused.
 */
export async function signIn(request: SignInRequest): Promise<Tokens> {
  const discovery = await getJson(`${request.issuer}/.well-known/openid-configuration`);
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const start = new URL(String(discovery.authorization_endpoint));
  start.search = new URLSearchParams({
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(request.scope === undefined ? {} : { scope: request.scope }),
  }).toString();
  const callback = await followToCallback(start, request);
  const code = callback.searchParams.get('code');
  if (code === null || callback.searchParams.get('state') !== state)
    throw new Error(`The issuer did not return a code: ${callback.searchParams}`);
  const response = await fetch(String(discovery.token_endpoint), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: request.clientId,
      redirect_uri: request.redirectUri,
      code,
      code_verifier: verifier,
    }),
  });
  if (!response.ok)
    throw new Error(
      `The token endpoint responded with status ${response.status}: ${await response.text()}`,
    );
  return (await response.json()) as Tokens;
}

/** Follows redirects and submits the form until the issuer redirects to the client. */
async function followToCallback(start: URL, request: SignInRequest): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = start;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form === undefined ? {} : { method: 'POST', body: form }),
    });
    for (const cookie of response.headers.getSetCookie()) storeCookie(cookies, cookie);
    const location = response.headers.get('location');
    if (location !== null) {
      await response.body?.cancel();
      url = new URL(location, url);
      form = undefined;
      if (url.href.startsWith(request.redirectUri)) return url;
      continue;
    }
    const html = await response.text();
    const action = /<form[^>]* action="([^"]+)"/.exec(html)?.[1];
    if (!response.ok || action === undefined || form !== undefined)
      throw new Error(`The issuer responded with status ${response.status}: ${alertIn(html)}`);
    url = new URL(action, url);
    form = new URLSearchParams({ username: request.username, password: request.password });
  }
  throw new Error(`The issuer did not redirect to the client within ${MAX_STEPS} steps.`);
}

function storeCookie(cookies: Map<string, string>, header: string): void {
  const [pair = ''] = header.split(';');
  const at = pair.indexOf('=');
  const value = pair.slice(at + 1);
  if (value === '') cookies.delete(pair.slice(0, at));
  else cookies.set(pair.slice(0, at), value);
}

function alertIn(html: string): string {
  return /role="alert"[^>]*>([^<]*)</.exec(html)?.[1] ?? html.slice(0, 200);
}

async function getJson(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} responded with status ${response.status}.`);
  return (await response.json()) as Record<string, unknown>;
}
