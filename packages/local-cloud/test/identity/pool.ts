import { randomUUID } from 'node:crypto';
import { createIdentity, type IdentityOptions } from '../../src/identity/identity.ts';
import type { Clock } from '../../src/shared/clock.ts';
import { signIn } from '../../src/sign-in.ts';

const SEEDS = [
  { username: 'uploader-a', password: 'Right-horse-1', groups: [] },
  { username: 'moderator-a', password: 'Right-horse-2', groups: ['moderators', 'undeclared'] },
];
export const redirectUri = 'http://localhost:5173/callback';
export const scope = 'openid reelgate/uploads.read';

/** An identity engine with one pool, which has a resource server, a group, a domain and a client. */
export async function startIdentity(
  dataDir: string,
  clock: Clock,
  more: Partial<IdentityOptions> = {},
  client: object = {},
) {
  const engine = await createIdentity({
    dataDir,
    clock,
    seeds: SEEDS,
    random: randomUUID,
    ...more,
  });
  const provide = async (type: string, properties: object) => {
    const found = engine.providers.find((one) => one.type === `AWS::Cognito::${type}`);
    if (found === undefined) throw new Error(`No provider for ${type}.`);
    return await found.provide({
      stackName: 'test',
      logicalId: type,
      physicalName: `test-${type.toLowerCase()}`,
      properties: found.properties.parse(properties),
      metadata: {},
    });
  };
  const { ref: UserPoolId, attributes } = await provide('UserPool', {
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    AutoVerifiedAttributes: ['email'],
    Policies: { PasswordPolicy: { MinimumLength: 12 } },
  });
  const server = { Identifier: 'reelgate', Name: 'reelgate', UserPoolId };
  const Scopes = [{ ScopeName: 'uploads.read', ScopeDescription: 'read' }];
  await provide('UserPoolResourceServer', { ...server, Scopes });
  await provide('UserPoolGroup', { GroupName: 'moderators', UserPoolId });
  await provide('UserPoolDomain', { Domain: 'videos', UserPoolId });
  const { ref: clientId } = await provide('UserPoolClient', {
    UserPoolId,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthScopes: ['openid', 'reelgate/uploads.read'],
    CallbackURLs: [redirectUri],
    LogoutURLs: [redirectUri],
    AccessTokenValidity: 30,
    TokenValidityUnits: { AccessToken: 'minutes' },
    GenerateSecret: false,
    ...client,
  });
  const issuer = attributes.ProviderURL ?? '';
  const enter = (username: string, password: string, more = {}) =>
    signIn({ issuer, clientId, redirectUri, username, password, scope, ...more });
  return { engine, provide, issuer, clientId, UserPoolId, attributes, enter };
}
