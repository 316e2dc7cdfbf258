import { join } from 'node:path';
import type Provider from 'oidc-provider';
import { arn, REGION, URL_SUFFIX } from '../shared/account.ts';
import { AwsError } from '../shared/aws-error.ts';
import type { Clock } from '../shared/clock.ts';
import { openDatabase } from '../shared/database.ts';
import { listenOnLoopback } from '../shared/loopback.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import { identityServer } from './identity-listener.ts';
import { poolProvider } from './pool-provider.ts';
import * as schema from './properties.ts';
import { IDENTITY_SCHEMA } from './stored-model.ts';
import {
  clientId,
  knownScopes,
  poolId,
  type SeededAccount,
  signingKey,
  type UserPool,
} from './user-pool.ts';

export interface IdentityOptions {
  /** The data folder of the local cloud. Keys, sessions and grants are stored in `<dataDir>/identity`. */
  readonly dataDir: string;
  readonly clock: Clock;
  /** Accounts that every pool has. */
  readonly seeds: readonly SeededAccount[];
  /** Returns a new UUID. It is used once, for the key that signs cookies. */
  readonly random: () => string;
  /** Default, or 0: the previous port, or any free one. */
  readonly port?: number;
}

export interface Identity {
  /** The listener's URL, without a slash at the end. */
  readonly url: string;
  readonly providers: readonly ResourceProvider[];
  /** The pool's issuer, `http://127.0.0.1:PORT/<poolId>`. Throws ResourceNotFoundException. */
  issuerOf(poolId: string): string;
  /** Replaces the Cognito URLs of the pools (`cognito-idp.…/<pool>`, `<domain>.auth.…`) by local ones. */
  localUrl(text: string): string;
  close(): Promise<void>;
}

interface Hosted {
  readonly pool: UserPool;
  provider: Provider | undefined;
}

/** User pools of Cognito, implemented by an OpenID Connect provider with seeded accounts. */
export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { clock, seeds } = options;
  const database = openDatabase(
    join(options.dataDir, 'identity', 'identity.sqlite'),
    IDENTITY_SCHEMA,
  );
  const setting = (name: string, initial: () => string): string => {
    const kept = database.prepare('SELECT value FROM settings WHERE name = ?').get(name);
    if (kept !== undefined) return String(kept.value);
    const value = initial();
    database.prepare('INSERT INTO settings VALUES (?, ?)').run(name, value);
    return value;
  };
  const tools = { database, clock, cookieKey: setting('cookie-key', options.random) };
  const pools = new Map<string, Hosted>();

  const server = identityServer((id) => {
    const hosted = pools.get(id);
    if (hosted === undefined) return undefined;
    const provider = () => {
      hosted.provider ??= poolProvider(hosted.pool, tools);
      return hosted.provider;
    };
    return { pool: hosted.pool, provider };
  });
  const port = await listenOnLoopback(
    server,
    options.port ?? 0,
    Number(setting('port', () => '0')),
  );
  database.prepare('INSERT OR REPLACE INTO settings VALUES (?, ?)').run('port', String(port));

  const find = (id: string): Hosted => {
    const hosted = pools.get(id);
    if (hosted === undefined)
      throw new AwsError('ResourceNotFoundException', `User pool ${id} does not exist.`);
    return hosted;
  };
  /** The provider is created again at the next request, with the new resource. */
  const change = (id: string, add: (pool: UserPool) => void): void => {
    const hosted = find(id);
    add(hosted.pool);
    hosted.provider = undefined;
  };

  const poolResource: ResourceProvider<schema.UserPoolProperties> = {
    type: 'AWS::Cognito::UserPool',
    properties: schema.userPoolProperties,
    provide: async ({ physicalName, properties }) => {
      const id = poolId(physicalName);
      const issuer = `http://127.0.0.1:${port}/${id}`;
      const pool: UserPool = {
        id,
        issuer,
        properties,
        seeds,
        key: signingKey(database, id),
        clients: new Map(),
        scopes: new Set(),
        groups: new Set(),
        domains: new Set(),
      };
      pools.set(id, { pool, provider: undefined });
      const attributes = {
        Arn: arn('cognito-idp', `userpool/${id}`),
        ProviderName: issuer.replace('http://', ''),
        ProviderURL: issuer,
        UserPoolId: id,
      };
      return { ref: id, attributes };
    },
  };
  const clientResource: ResourceProvider<schema.UserPoolClientProperties> = {
    type: 'AWS::Cognito::UserPoolClient',
    properties: schema.userPoolClientProperties,
    provide: async ({ physicalName, properties }) => {
      const id = clientId(physicalName);
      change(properties.UserPoolId, (pool) => {
        const known = knownScopes(pool);
        const unknown = properties.AllowedOAuthScopes?.find((scope) => !known.includes(scope));
        if (unknown !== undefined)
          throw new AwsError(
            'ScopeDoesNotExistException',
            `Invalid scope requested: ${unknown}. The pool has ${known.join(', ')}; a client depends on its resource servers.`,
          );
        pool.clients.set(id, { clientId: id, properties });
      });
      return { ref: id, attributes: { ClientId: id, Name: properties.ClientName ?? physicalName } };
    },
  };
  const domainResource: ResourceProvider<(typeof schema.userPoolDomainProperties)['_output']> = {
    type: 'AWS::Cognito::UserPoolDomain',
    properties: schema.userPoolDomainProperties,
    provide: async ({ properties: { UserPoolId, Domain } }) => {
      change(UserPoolId, (pool) => pool.domains.add(Domain));
      return { ref: Domain, attributes: {} };
    },
  };
  const scopesResource: ResourceProvider<(typeof schema.resourceServerProperties)['_output']> = {
    type: 'AWS::Cognito::UserPoolResourceServer',
    properties: schema.resourceServerProperties,
    provide: async ({ properties: { UserPoolId, Identifier, Scopes } }) => {
      change(UserPoolId, (pool) => {
        for (const { ScopeName } of Scopes ?? []) pool.scopes.add(`${Identifier}/${ScopeName}`);
      });
      return { ref: Identifier, attributes: {} };
    },
  };
  const groupResource: ResourceProvider<(typeof schema.userPoolGroupProperties)['_output']> = {
    type: 'AWS::Cognito::UserPoolGroup',
    properties: schema.userPoolGroupProperties,
    provide: async ({ properties: { UserPoolId, GroupName } }) => {
      change(UserPoolId, (pool) => pool.groups.add(GroupName));
      return { ref: GroupName, attributes: {} };
    },
  };

  return {
    url: `http://127.0.0.1:${port}`,
    providers: [
      poolResource,
      clientResource,
      domainResource,
      scopesResource,
      groupResource,
    ] as ResourceProvider[],
    issuerOf: (id) => find(id).pool.issuer,
    localUrl: (text) => [...pools.values()].reduce((now, { pool }) => localized(now, pool), text),
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      database.close();
    },
  };
}

function localized(text: string, pool: UserPool): string {
  const regional = `https://cognito-idp.${REGION}.${URL_SUFFIX}/${pool.id}`;
  return [...pool.domains].reduce(
    (now, domain) =>
      now.replaceAll(`https://${domain}.auth.${REGION}.amazoncognito.com`, pool.issuer),
    text.replaceAll(regional, pool.issuer),
  );
}
