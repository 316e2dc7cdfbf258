import { REGION } from '../../shared/account.ts';
import type { Credentials } from '../../shared/caller.ts';
import { type Json, type JsonObject, plain } from '../language/json.ts';
import type { AwsCalls, AwsResponse } from './aws-calls.ts';
import { type SdkClient, type SdkService, sdkModule } from './sdk-modules.ts';

export interface RoleCallsOptions {
  /** Temporary credentials of a role, for the state machine `sourceArn`. */
  readonly credentialsFor: (roleArn: string, sessionName: string, sourceArn: string) => Credentials;
  /** The URLs of the services; known only when they listen. */
  readonly endpoints: () => { readonly endpoint: string; readonly s3Endpoint: string };
}

type Session = readonly [roleArn: string, sessionName: string, sourceArn: string];

/** Clients for each role, kept while the engine runs. */
export class RoleCalls {
  readonly #options: RoleCallsOptions;
  readonly #clients = new Map<string, Promise<SdkClient>>();

  constructor(options: RoleCallsOptions) {
    this.#options = options;
  }

  /** Calls with a role; the name of the session is in the audit log. */
  as(roleArn: string, sessionName: string, sourceArn: string): AwsCalls {
    return {
      send: async (service, action, input) => {
        const client = await this.#client(service, [roleArn, sessionName, sourceArn]);
        return send(client, service, action, input);
      },
    };
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) (await client).destroy();
    this.#clients.clear();
  }

  #client(service: SdkService, session: Session): Promise<SdkClient> {
    const key = JSON.stringify([service, ...session]);
    const known = this.#clients.get(key) ?? this.#newClient(service, session);
    this.#clients.set(key, known);
    return known;
  }

  async #newClient(service: SdkService, session: Session): Promise<SdkClient> {
    const { client: Client } = await sdkModule(service);
    const { endpoint, s3Endpoint } = this.#options.endpoints();
    return new Client({
      region: REGION,
      endpoint: service === 's3' ? s3Endpoint : endpoint,
      // An IP address cannot have bucket subdomains.
      ...(service === 's3' ? { forcePathStyle: true } : {}),
      // Retries are those of the definition.
      maxAttempts: 1,
      // A long-running function must not block other calls that wait for a connection.
      requestHandler: { httpAgent: { maxSockets: 1000 } },
      credentials: async () => {
        const { expiresAt, ...credentials } = this.#options.credentialsFor(...session);
        return {
          ...credentials,
          ...(expiresAt === undefined ? {} : { expiration: new Date(expiresAt) }),
        };
      },
    });
  }
}

interface RawResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}

async function send(
  client: SdkClient,
  service: SdkService,
  action: string,
  input: Json,
): Promise<AwsResponse> {
  const Command = (await sdkModule(service)).command(action);
  if (Command === undefined) throw new TypeError(`${service} has no action ${action}.`);
  const command = new Command(plain(input));
  let raw: RawResponse | undefined;
  command.middlewareStack.add(
    (next: (request: unknown) => Promise<{ response: RawResponse }>) =>
      async (request: unknown) => {
        const response = await next(request);
        raw = response.response;
        return response;
      },
    { step: 'deserialize', name: 'keepRawResponse' },
  );
  const { $metadata, ...output } = await client.send(command);
  return { output, metadata: transportOf(raw) };
}

/** SdkHttpMetadata and SdkResponseMetadata, as in the output of optimized integrations. */
function transportOf(raw: RawResponse | undefined): JsonObject {
  const { statusCode = 200, headers = {} } = raw ?? {};
  const requestId =
    headers['x-amzn-requestid'] ?? headers['x-amzn-request-id'] ?? headers['x-amz-request-id'];
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, [value]]),
      ),
      HttpHeaders: { ...headers },
      HttpStatusCode: statusCode,
    },
    SdkResponseMetadata: { RequestId: requestId ?? '' },
  };
}
