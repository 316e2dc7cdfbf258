import { randomUUID } from 'node:crypto';
import { type ApiGateway, createApiGateway } from './apigateway/apigateway.ts';
import type { Closing } from './closing.ts';
import type { Assets } from './cloudformation/assets.ts';
import type { DynamoDb } from './dynamodb/dynamodb.ts';
import { createFrontDoor, type InterceptCall } from './endpoint/front-door.ts';
import type { Iam } from './iam/iam.ts';
import { createIdentity, type Identity } from './identity/identity.ts';
import type { SeededAccount } from './identity/user-pool.ts';
import type { Clock } from './kernel/clock.ts';
import type { ResourceProvider } from './kernel/resource.ts';
import type { OnLog } from './lambda/function-log.ts';
import { createLambda, type Lambda } from './lambda/lambda.ts';

/** Ports of the four listeners; 0 takes a free one. */
export interface Ports {
  readonly s3: number;
  readonly services: number;
  readonly api: number;
  readonly identity: number;
}

export interface EngineOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly ports: Ports;
  readonly iam: Iam;
  readonly dynamodb: DynamoDb;
  readonly assets: Assets;
  readonly seeds: readonly SeededAccount[];
  readonly intercept?: InterceptCall;
  readonly onLog?: OnLog;
  readonly onFault: (error: unknown, where: string) => void;
}

/** All engines, listening and wired to each other, with no resource yet. */
export interface Engines {
  readonly endpoints: { readonly s3: string; readonly services: string; readonly identity: string };
  readonly providers: readonly ResourceProvider[];
  /** Replaces AWS host names of hosted resources by where they really are. */
  localUrl(text: string): string;
  /** Takes up what an earlier process has left; once every resource is there. */
  resume(): void;
}

/** Opens every engine; `closing` gets them in the order in which they were opened. */
export async function openEngines(options: EngineOptions, closing: Closing): Promise<Engines> {
  const { dataDir, clock, ports, iam, dynamodb, assets, onFault } = options;
  const { authorize } = iam;
  const random = randomUUID;
  const endpoints = { s3: '', services: '' };

  const lambda: Lambda = closing.add(
    createLambda({
      dataDir,
      clock,
      authorize,
      credentialsFor: (roleArn, sessionName) =>
        iam.credentialsForService({ service: 'lambda.amazonaws.com', roleArn, sessionName }),
      endpoints: () => endpoints,
      assetPath: (bucket, key) => assets.pathOf(bucket, key),
      random,
      sendToQueue: () => {
        throw new Error('no queues yet');
      },
      ...(options.onLog ? { onLog: options.onLog } : {}),
    }),
  );
  const identity: Identity = closing.add(
    await createIdentity({ dataDir, clock, seeds: options.seeds, random, port: ports.identity }),
  );
  const frontDoor = closing.add(
    createFrontDoor({
      services: [iam.sts, dynamodb.service, lambda.service],
      credentials: iam.credentials,
      clock,
      newId: random,
      ...(options.intercept ? { intercept: options.intercept } : {}),
      onFault: (error, { service, operation }) => onFault(error, `${service} ${operation}`),
    }),
  );
  endpoints.services = await frontDoor.listen(ports.services);
  const api: ApiGateway = closing.add(
    createApiGateway({ dataDir, clock, random, port: ports.api, invoke: lambda.invoke }),
  );
  return {
    endpoints: { ...endpoints, identity: identity.url },
    providers: [
      ...iam.providers,
      ...dynamodb.providers,
      ...lambda.providers,
      ...identity.providers,
      ...api.providers,
    ],
    localUrl: (text) => identity.localUrl(api.localUrl(text)),
    resume() {
      lambda.resume();
    },
  };
}
