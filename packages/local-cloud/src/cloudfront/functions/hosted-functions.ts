import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openLogFile } from '../../log-file.ts';
import { arn } from '../../shared/account.ts';
import type { Clock } from '../../shared/clock.ts';
import type { KeyValueStores } from '../key-value-store/key-value-stores.ts';
import {
  type EventContext,
  type EventRequest,
  type EventResponse,
  eventRequest,
  type FunctionEvent,
  type PlainRequest,
} from './event.ts';
import {
  type FunctionResponse,
  FunctionValidationError,
  type ViewerRequestResult,
  viewerRequestResult,
  viewerResponseResult,
} from './function-result.ts';
import { type ComputeUse, FunctionExecutionError, FunctionRuntime } from './function-runtime.ts';
import type { FunctionProperties } from './properties.ts';
import type { StoreSnapshot } from './runtime-messages.ts';

/** What a function has used since the start; CPU time in microseconds. */
export interface FunctionReport extends ComputeUse {
  readonly name: string;
  /** Runs whose result CloudFront has refused. */
  readonly validationErrors: number;
}

export interface FunctionCall {
  readonly context: Omit<EventContext, 'eventType'>;
  readonly viewerIp: string;
}

export interface HostedFunction {
  readonly arn: string;
  /** Throws FunctionExecutionError, FunctionValidationError. */
  onRequest(call: FunctionCall, received: PlainRequest): Promise<ViewerRequestResult>;
  onResponse(
    call: FunctionCall,
    request: EventRequest,
    response: EventResponse,
  ): Promise<FunctionResponse>;
  report(): FunctionReport;
  close(): Promise<void>;
}

export interface HostedFunctionOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly stores: KeyValueStores;
}

/** Makes a function of the template. Its log is `<dataDir>/logs/cloudfront-<name>.ndjson`. */
export function hostFunction(
  { Name: name, FunctionCode: code, FunctionConfig: config }: FunctionProperties,
  { dataDir, clock, stores }: HostedFunctionOptions,
): HostedFunction {
  const folder = join(dataDir, 'logs');
  mkdirSync(folder, { recursive: true });
  const log = openLogFile<object>(join(folder, `cloudfront-${name}.ndjson`));
  const record = (entry: object) =>
    log.record({ time: new Date(clock.now()).toISOString(), function: name, ...entry });
  const storeArn = config.KeyValueStoreAssociations[0]?.KeyValueStoreARN;
  // Refuses the store of another template at once.
  if (storeArn !== undefined) stores.find(storeArn);
  let validationErrors = 0;
  const runtime = new FunctionRuntime({
    name,
    code,
    store: () => {
      if (storeArn === undefined) return undefined;
      const { etag } = stores.find(storeArn);
      return { version: etag, read: () => snapshotOf(stores, storeArn) };
    },
    onLine: (message) => record({ event: 'OUTPUT', message }),
  });

  async function run<T>(event: FunctionEvent, read: (returned: unknown) => T): Promise<T> {
    try {
      return read(await runtime.run(event, clock.now()));
    } catch (error) {
      if (error instanceof FunctionValidationError) validationErrors++;
      else if (!(error instanceof FunctionExecutionError)) throw error;
      record({ event: 'ERROR', errorType: error.name, message: error.message });
      throw error;
    }
  }
  const eventOf = (
    { context, viewerIp }: FunctionCall,
    eventType: EventContext['eventType'],
    request: EventRequest,
  ): FunctionEvent => ({
    version: '1.0',
    context: { ...context, eventType },
    viewer: { ip: viewerIp },
    request,
  });

  return {
    arn: arn('cloudfront', `function/${name}`, ''),
    onRequest(call, received) {
      const request = eventRequest(received);
      return run(eventOf(call, 'viewer-request', request), (returned) =>
        viewerRequestResult(returned, received, request),
      );
    },
    onResponse(call, request, response) {
      return run({ ...eventOf(call, 'viewer-response', request), response }, (returned) =>
        viewerResponseResult(returned, response),
      );
    },
    report: () => ({ name, ...runtime.use, validationErrors }),
    async close() {
      await runtime.close();
      log.close();
    },
  };
}

function snapshotOf(stores: KeyValueStores, storeArn: string): StoreSnapshot {
  const store = stores.find(storeArn);
  return {
    id: store.id,
    version: store.etag,
    pairs: stores.list(store, '', store.items).map(({ key, value }) => [key, value] as const),
    createdAt: new Date(store.createdAt).toISOString(),
    modifiedAt: new Date(store.modifiedAt).toISOString(),
  };
}
