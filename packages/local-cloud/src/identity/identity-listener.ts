import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { ROUTES } from './pool-provider.ts';
import { PAGE_HEADERS, problemPage, signInPage } from './sign-in-page.ts';
import { checkPassword, type UserPool } from './user-pool.ts';

/** A sign-in form is two short fields. */
const MAX_FORM_BYTES = 8192;

export interface HostedPool {
  readonly pool: UserPool;
  readonly provider: () => Provider;
}

/** One server for all pools. The first segment of the path is the pool's id, as in the issuer of Cognito. */
export function identityServer(find: (poolId: string) => HostedPool | undefined): Server {
  const server = createServer((request, response) => {
    const target = request.url ?? '/';
    const [, id = ''] = /^\/([^/?]*)/.exec(target) ?? [];
    const hosted = find(id);
    if (hosted === undefined) return page(response, 404, problemPage('Not found', 'No such pool.'));
    const rest = target.slice(id.length + 1);
    respond(hosted, request, response, rest.startsWith('/') ? rest : `/${rest}`).catch(
      (error: unknown) => {
        if (response.headersSent) return void response.destroy();
        // The rest of the body is discarded, so that the client reads the response.
        request.resume();
        const detail = error instanceof Error ? error.message : String(error);
        page(response, 400, problemPage('Sign-in is not possible', detail));
      },
    );
  });
  // Longer than clients keep an idle connection, so that no connection is closed during a request.
  server.keepAliveTimeout = 65_000;
  return server;
}

async function respond(
  hosted: HostedPool,
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
): Promise<void> {
  const { pool } = hosted;
  const inPool = withScope(pool, target);
  // The provider derives the prefix that was removed from the difference of these two.
  Object.assign(request, { originalUrl: `/${pool.id}${inPool}`, url: inPool });
  const { pathname, searchParams } = urlOf(inPool);
  if (/^\/login\/[\w-]+$/.test(pathname)) return await signIn(hosted, request, response);
  if (pathname === '/logout') return await signOut(hosted, request, response, searchParams);
  await hosted.provider().callback()(request, response);
}

/** Shows the sign-in form and handles its submission. The cookie of the interaction binds both to one browser. */
async function signIn(
  { pool, provider }: HostedPool,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { uid, params } = await provider().interactionDetails(request, response);
  const action = `${new URL(pool.issuer).pathname}/login/${uid}`;
  if (request.method !== 'POST') {
    const hint = typeof params.login_hint === 'string' ? { username: params.login_hint } : {};
    return page(response, 200, signInPage({ action, ...hint }));
  }
  const form = await readForm(request);
  const username = form.get('username') ?? '';
  const user = checkPassword(pool, username, form.get('password') ?? '');
  if (user === undefined) {
    const problem = 'Incorrect username or password.';
    return page(response, 400, signInPage({ action, username, problem }));
  }
  await provider().interactionFinished(request, response, { login: { accountId: user.sub } });
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html */
async function signOut(
  { pool, provider }: HostedPool,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  const client = pool.clients.get(query.get('client_id') ?? '');
  const target = query.get('logout_uri') ?? '';
  if (client?.properties.LogoutURLs?.includes(target) !== true)
    throw new Error(
      'client_id and logout_uri must be a client of the pool and one of its logout URLs.',
    );
  const context = provider().createContext(request, response);
  const session = await provider().Session.get(context);
  await session.destroy();
  response.writeHead(302, { location: target }).end();
}

/** Without `scope`, Cognito grants all scopes of the client. */
function withScope(pool: UserPool, target: string): string {
  const url = urlOf(target);
  const client = pool.clients.get(url.searchParams.get('client_id') ?? '');
  if (url.pathname !== ROUTES.authorization || client === undefined) return target;
  if (url.searchParams.has('scope')) return target;
  url.searchParams.set('scope', (client.properties.AllowedOAuthScopes ?? []).join(' '));
  return `${url.pathname}${url.search}`;
}

/** The host does not matter. It is part of the text, since `//x` alone would be read as another host. */
function urlOf(target: string): URL {
  return new URL(`http://pool${target}`);
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  // On an error the connection stays open for the response.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    text += chunk;
    if (text.length > MAX_FORM_BYTES)
      throw new Error(`A sign-in form has at most ${MAX_FORM_BYTES} bytes.`);
  }
  return new URLSearchParams(text);
}

function page(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, PAGE_HEADERS).end(html);
}
