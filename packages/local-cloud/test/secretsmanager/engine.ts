import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  createSecretsManager,
  type InvokeRotation,
  type SecretsManager,
} from '../../src/secretsmanager/secrets-manager.ts';
import { AwsError } from '../../src/shared/aws-error.ts';
import { type Authorize, allowEverySignedCaller } from '../../src/shared/caller.ts';
import { MovableClock } from '../../src/shared/clock.ts';

export const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:rotate';

/** Secrets Manager with a client, and a function that a test replaces. */
export class Engine {
  readonly clock = new MovableClock();
  readonly asked: Parameters<Authorize>[0][] = [];
  readonly errors: unknown[] = [];
  readonly client: SecretsManagerClient;
  invoke: InvokeRotation = async () => ({});
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'secrets-'));
  readonly #server: Server;
  #engine: SecretsManager;

  static async start(): Promise<Engine> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Engine(server);
  }

  private constructor(server: Server) {
    this.#engine = this.#open();
    this.#server = server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const result = await this.#engine.service
        .handle({
          caller: { kind: 'root' },
          method: 'POST',
          path: '/',
          query: new URLSearchParams(),
          headers: request.headers as Record<string, string>,
          body: Buffer.concat(chunks),
        })
        .catch((error: AwsError) => ({
          status: error.status,
          headers: {},
          body: JSON.stringify({ __type: error.code, message: error.message }),
        }));
      response.writeHead(result.status, result.headers).end(result.body);
    });
    this.client = new SecretsManagerClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      maxAttempts: 1,
      credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
    });
  }

  /** Opens the engine again on the same data, as after a restart. */
  restart(): void {
    this.#engine.close();
    this.#engine = this.#open();
  }

  async declare(type: string, properties: object, logicalId = 'secret'): Promise<string> {
    const provider = this.#engine.providers.find((one) => one.type === type);
    if (provider === undefined) throw new AwsError('NoProvider', type);
    const { ref } = await provider.provide({
      stackName: 'test',
      logicalId,
      physicalName: `test-${logicalId}`,
      properties: provider.properties.parse(properties),
      metadata: {},
    });
    return ref;
  }

  secret(properties: object = {}, logicalId?: string): Promise<string> {
    return this.declare('AWS::SecretsManager::Secret', properties, logicalId);
  }

  schedule(SecretId: string, more: object = {}): Promise<string> {
    const properties = { SecretId, RotationLambdaARN: FUNCTION, ...more };
    return this.declare('AWS::SecretsManager::RotationSchedule', properties);
  }

  close(): void {
    this.#engine.close();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #open(): SecretsManager {
    return createSecretsManager({
      dataDir: this.#dataDir,
      clock: this.clock,
      random: randomUUID,
      authorize: (request) => {
        this.asked.push(request);
        allowEverySignedCaller(request);
      },
      invoke: (call) => this.invoke(call),
      onError: (error) => this.errors.push(error),
    });
  }
}
