import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { createApiGateway } from '../../src/apigateway/apigateway.ts';
import type { InvokeFunction } from '../../src/apigateway/request-handler.ts';
import { type Clock, systemClock } from '../../src/shared/clock.ts';

export const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:echo';
export type Call = Parameters<InvokeFunction>[0];

export interface GatewayOptions {
  readonly clock?: Clock;
  readonly dataDir?: string;
  readonly api?: object;
  readonly stage?: object;
  readonly routes: readonly (string | { key: string; properties: object })[];
  readonly authorizer?: { issuer: string; audience: readonly string[]; identitySource?: string };
  readonly timeoutMs?: number;
  readonly onError?: (error: unknown) => void;
  /** The return value of the function. Default: the event. */
  readonly response?: (event: Record<string, unknown>, call: Call) => unknown;
}

/** An API for a function that the test implements. By default the function returns its event. */
export async function gateway(options: GatewayOptions) {
  const calls: Call[] = [];
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'apigateway-'));
  const engine = createApiGateway({
    dataDir,
    clock: options.clock ?? systemClock,
    random: randomUUID,
    ...(options.onError === undefined ? {} : { onError: options.onError }),
    invoke: async (call) => {
      calls.push(call);
      const response = options.response ?? ((event) => event);
      return { payload: JSON.stringify(await response(JSON.parse(call.payload), call)) };
    },
  });
  const provide = async (kind: string, logicalId: string, properties: object) => {
    const type = `AWS::ApiGatewayV2::${kind}`;
    const provider = engine.providers.find((one) => one.type === type);
    if (provider === undefined) throw new Error(`No provider for ${type}.`);
    return await provider.provide({
      stackName: 'test',
      logicalId,
      physicalName: `test-${logicalId}`,
      properties: provider.properties.parse(properties),
      metadata: {},
    });
  };
  const { ref: ApiId, attributes } = await provide('Api', 'Api', {
    Name: 'test',
    ProtocolType: 'HTTP',
    ...options.api,
  });
  const integration = await provide('Integration', 'Integration', {
    ApiId,
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: FUNCTION_ARN,
    PayloadFormatVersion: '2.0',
    ...(options.timeoutMs === undefined ? {} : { TimeoutInMillis: options.timeoutMs }),
  });
  const authorizer =
    options.authorizer &&
    (await provide('Authorizer', 'Authorizer', {
      ApiId,
      AuthorizerType: 'JWT',
      IdentitySource: [options.authorizer.identitySource ?? '$request.header.Authorization'],
      JwtConfiguration: {
        Issuer: options.authorizer.issuer,
        Audience: options.authorizer.audience,
      },
      Name: 'tokens',
    }));
  for (const [index, route] of options.routes.entries()) {
    const { key, properties } = typeof route === 'string' ? { key: route, properties: {} } : route;
    const guard = authorizer && { AuthorizationType: 'JWT', AuthorizerId: authorizer.ref };
    await provide('Route', `Route${index}`, {
      ApiId,
      RouteKey: key,
      Target: `integrations/${integration.ref}`,
      ...guard,
      ...properties,
    });
  }
  await provide('Stage', 'Stage', {
    ApiId,
    StageName: '$default',
    AutoDeploy: true,
    ...options.stage,
  });
  const url = attributes.ApiEndpoint ?? '';
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  };
  return { engine, url, apiId: ApiId, get, calls, provide, dataDir };
}

// biome-ignore lint/suspicious/noExplicitAny: tests read single members of responses
function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface TestIssuer {
  readonly issuer: string;
  readonly fetches: string[];
  sign(claims: JWTPayload, header?: { kid?: string }): Promise<string>;
  readonly publicPem: string;
  rotate(): Promise<void>;
  close(): void;
}

/** An OpenID Connect issuer with discovery and keys only. */
export async function startIssuer(): Promise<TestIssuer> {
  let generation = 0;
  const makeKey = async () => {
    generation += 1;
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    return { privateKey, publicKey, kid: `key-${generation}` };
  };
  let key = await makeKey();
  const fetches: string[] = [];
  const server: Server = createServer(async (request, response) => {
    fetches.push(request.url ?? '');
    const jwk = { ...(await exportJWK(key.publicKey)), kid: key.kid, use: 'sig', alg: 'RS256' };
    response.end(
      JSON.stringify(
        request.url === '/keys' ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}keys` },
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { exportSPKI } = await import('jose');
  return {
    issuer,
    fetches,
    publicPem: await exportSPKI(key.publicKey),
    sign: (claims, header) =>
      new SignJWT({ iss: issuer, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: key.kid, ...header })
        .sign(key.privateKey),
    rotate: async () => {
      key = await makeKey();
    },
    close: () => void server.close(),
  };
}
