import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import Provider, {
  type ClientMetadata,
  type Configuration,
  interactionPolicy,
} from 'oidc-provider';
import type { Clock } from '../shared/clock.ts';
import { accessToken, idToken, tokenIdOf } from './cognito-tokens.ts';
import { lifetimes } from './properties.ts';
import { RotatedTokens, rotates } from './rotated-tokens.ts';
import { problemPage } from './sign-in-page.ts';
import { StoredModel } from './stored-model.ts';
import { findUser, knownScopes, type PoolClient, type UserPool } from './user-pool.ts';

/** As in Cognito: a hosted session lasts an hour, a code five minutes. */
const SESSION_SECONDS = 3600;
const CODE_SECONDS = 300;
const INTERACTION_SECONDS = 600;

/** Paths of Cognito's endpoints: https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html */
export const ROUTES = {
  authorization: '/oauth2/authorize',
  token: '/oauth2/token',
  userinfo: '/oauth2/userInfo',
  revocation: '/oauth2/revoke',
  jwks: '/.well-known/jwks.json',
};

export interface ProviderTools {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly cookieKey: string;
}

/**
 * A certified OpenID Connect provider that implements one user pool. It runs the flows and stores their
 * state. Its tokens are rewritten into the form of Cognito.
 */
export function poolProvider(pool: UserPool, tools: ProviderTools): Provider {
  const provider = new Provider(pool.issuer, configuration(pool, tools));
  provider.use(async (ctx, next) => {
    if (ctx.path === ROUTES.userinfo) await unwrapAccessToken(pool, tools.clock, ctx.req.headers);
    await next();
    if (ctx.path === ROUTES.token && ctx.status === 200 && ctx.method === 'POST')
      ctx.body = await cognitoResponse(pool, tools.clock, ctx.oidc, ctx.body as TokenResponse);
  });
  // An event of Koa, which the provider's types leave out.
  (provider as EventEmitter).on('error', (error: Error, ctx?: { req: IncomingMessage }) => {
    if (ctx && isFaultOfClient(error, ctx.req)) return;
    // Without the properties of the error, which may hold bytes of the request.
    console.error('Identity:', error.stack ?? String(error));
  });
  return provider;
}

/** The client closed the connection within its request, or sent bytes that are not HTTP. */
function isFaultOfClient(error: Error, request: IncomingMessage): boolean {
  if ('code' in error && String(error.code).startsWith('HPE_')) return true;
  return !request.complete && (request.destroyed || request.socket.errored !== null);
}

function configuration(pool: UserPool, tools: ProviderTools): Configuration {
  const policy = interactionPolicy.base();
  // Cognito does not ask users for consent.
  policy.remove('consent');
  const client = (id: string | undefined) => lifetimesOf(pool, id);
  const propertiesOf = (id: string) => pool.clients.get(id)?.properties;
  return {
    adapter: (kind: string) =>
      kind === 'RefreshToken'
        ? new RotatedTokens(tools.database, tools.clock, pool.id, propertiesOf)
        : new StoredModel(tools.database, tools.clock, pool.id, kind),
    clients: [...pool.clients.values()].map(clientMetadata),
    jwks: { keys: [pool.key] } as NonNullable<Configuration['jwks']>,
    cookies: { keys: [tools.cookieKey], names: cookieNames(pool) },
    scopes: knownScopes(pool),
    claims: { openid: ['sub', 'username'] },
    responseTypes: ['code'],
    routes: ROUTES,
    pkce: { required: () => false },
    clientBasedCORS: () => true,
    issueRefreshToken: () => true,
    // Refresh tokens of Cognito outlive the session of the sign-in page.
    expiresWithSession: () => false,
    rotateRefreshToken: ({ oidc }) => rotates(propertiesOf(oidc.client?.clientId ?? '')),
    conformIdTokenClaims: false,
    discovery: { end_session_endpoint: `${pool.issuer}/logout` },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: (_, asking, token) => asking.clientId === token.clientId,
      },
      rpInitiatedLogout: { enabled: false },
    },
    interactions: { policy, url: (_, { uid }) => `${new URL(pool.issuer).pathname}/login/${uid}` },
    ttl: {
      Session: SESSION_SECONDS,
      Interaction: INTERACTION_SECONDS,
      AuthorizationCode: CODE_SECONDS,
      AccessToken: (_, token) => client(token.clientId).access,
      IdToken: (_, _token, used) => client(used.clientId).id,
      // A token that replaces another ends when that one would have ended.
      RefreshToken: (ctx, token) =>
        ctx?.oidc?.entities.RotatedRefreshToken?.remainingTTL ?? client(token.clientId).refresh,
      Grant: (_, grant) => client(grant.clientId).refresh,
    },
    findAccount: (_, sub) => {
      const user = findUser(pool, sub);
      return user && { accountId: sub, claims: () => ({ sub, username: user.username }) };
    },
    loadExistingGrant: async ({ oidc }) => {
      const { client: asking, session, provider } = oidc;
      if (asking === undefined || session?.accountId === undefined) return undefined;
      const kept = session.grantIdFor(asking.clientId);
      const grant =
        (kept === undefined ? undefined : await provider.Grant.find(kept)) ??
        new provider.Grant({ clientId: asking.clientId, accountId: session.accountId });
      grant.addOIDCScope([...oidc.requestParamScopes].join(' '));
      await grant.save();
      return grant;
    },
    renderError: (ctx, { error, error_description }) => {
      ctx.type = 'html';
      ctx.body = problemPage('Sign-in is not possible', `${error}: ${error_description ?? ''}`);
    },
  };
}

function clientMetadata({ clientId, properties }: PoolClient): ClientMetadata {
  return {
    client_id: clientId,
    token_endpoint_auth_method: 'none',
    application_type: 'native',
    redirect_uris: [...(properties.CallbackURLs ?? [])],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    scope: (properties.AllowedOAuthScopes ?? []).join(' '),
    id_token_signed_response_alg: 'RS256',
  };
}

function lifetimesOf(pool: UserPool, clientId: string | undefined) {
  const client = pool.clients.get(clientId ?? '');
  return lifetimes(client?.properties ?? { UserPoolId: pool.id });
}

/** Several pools share a host, and cookies do not depend on the port. */
function cookieNames(pool: UserPool) {
  const suffix = pool.id.replace(/\W/g, '_');
  return {
    session: `session_${suffix}`,
    interaction: `interaction_${suffix}`,
    resume: `resume_${suffix}`,
  };
}

/** The provider knows only its own token, whose id is in the JWT. */
async function unwrapAccessToken(
  pool: UserPool,
  clock: Clock,
  headers: { authorization?: string | undefined },
): Promise<void> {
  const token = /^bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) return;
  const own = await tokenIdOf(pool, token, clock.now());
  headers.authorization = `Bearer ${own ?? 'invalid'}`;
}

interface TokenResponse {
  readonly id_token?: string;
  readonly refresh_token?: string;
}

type OidcContext = import('oidc-provider').KoaContextWithOIDC['oidc'];

async function cognitoResponse(
  pool: UserPool,
  clock: Clock,
  oidc: OidcContext,
  body: TokenResponse,
) {
  const { AccessToken, AuthorizationCode, RefreshToken } = oidc.entities;
  const source = AuthorizationCode ?? RefreshToken;
  const user = AccessToken === undefined ? undefined : findUser(pool, AccessToken.accountId);
  const client = pool.clients.get(AccessToken?.clientId ?? '');
  if (AccessToken === undefined || user === undefined || client === undefined)
    throw new Error('The token endpoint issued a token without a user or a client.');
  const now = Math.floor(clock.now() / 1000);
  const facts = {
    user,
    clientId: client.clientId,
    client: client.properties,
    scope: AccessToken.scope ?? '',
    tokenId: AccessToken.jti,
    authTime: source?.authTime ?? now,
    now,
    ...(source?.nonce === undefined ? {} : { nonce: source.nonce }),
  };
  const access = await accessToken(pool, facts);
  return {
    ...(body.id_token === undefined ? {} : { id_token: await idToken(pool, facts, access) }),
    access_token: access,
    ...(body.refresh_token === undefined ? {} : { refresh_token: body.refresh_token }),
    expires_in: lifetimes(client.properties).access,
    token_type: 'Bearer',
  };
}
