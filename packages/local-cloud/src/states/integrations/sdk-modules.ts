/** The SDK clients, loaded when a task needs them. */
const MODULES = {
  dynamodb: () => import('@aws-sdk/client-dynamodb'),
  s3: () => import('@aws-sdk/client-s3'),
  sfn: () => import('@aws-sdk/client-sfn'),
  eventbridge: () => import('@aws-sdk/client-eventbridge'),
  mediaconvert: () => import('@aws-sdk/client-mediaconvert'),
  sqs: () => import('@aws-sdk/client-sqs'),
  lambda: () => import('@aws-sdk/client-lambda'),
} as const;

const CLIENTS: Readonly<Record<SdkService, string>> = {
  dynamodb: 'DynamoDBClient',
  s3: 'S3Client',
  sfn: 'SFNClient',
  eventbridge: 'EventBridgeClient',
  mediaconvert: 'MediaConvertClient',
  sqs: 'SQSClient',
  lambda: 'LambdaClient',
};

export type SdkService = keyof typeof MODULES;

/** The common interface of the clients; the generic integration knows actions only by name. */
export interface SdkClient {
  send(command: SdkCommand): Promise<Readonly<Record<string, unknown>>>;
  destroy(): void;
}

export interface SdkCommand {
  readonly middlewareStack: {
    add(middleware: unknown, options: { step: 'deserialize'; name: string }): void;
  };
}

interface Constructors {
  readonly client: new (configuration: object) => SdkClient;
  command(action: string): (new (input: unknown) => SdkCommand) | undefined;
}

export function isSdkService(service: string): service is SdkService {
  return Object.hasOwn(MODULES, service);
}

export async function sdkModule(service: SdkService): Promise<Constructors> {
  const module = (await MODULES[service]()) as unknown as Readonly<Record<string, unknown>>;
  return {
    client: module[CLIENTS[service]] as Constructors['client'],
    command: (action) =>
      module[`${capitalized(action)}Command`] as ReturnType<Constructors['command']>,
  };
}

/** Whether the API of the service has the action. */
export async function hasAction(service: SdkService, action: string): Promise<boolean> {
  return /^[a-z]/.test(action) && (await sdkModule(service)).command(action) !== undefined;
}

/** Whether the API of the service declares the error, so that the SDK for Java has a class for it. */
export async function declaresError(service: SdkService, name: string): Promise<boolean> {
  return name in (await MODULES[service]());
}

export function capitalized(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
