import { join } from 'node:path';
import type { Authorize } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import { openDatabase } from '../shared/database.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import type { Service } from '../shared/service.ts';
import {
  type FunctionReport,
  type HostedFunction,
  hostFunction,
} from './functions/hosted-functions.ts';
import { type FunctionProperties, functionProperties } from './functions/properties.ts';
import { keyValueStoreApi } from './key-value-store/data-api.ts';
import { KEY_VALUE_STORE_SCHEMA, KeyValueStores } from './key-value-store/key-value-stores.ts';
import {
  type KeyValueStoreProperties,
  keyValueStoreProperties,
} from './key-value-store/properties.ts';

export interface CloudFrontOptions {
  /** The data folder of the local cloud. This engine uses `<dataDir>/cloudfront`. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly authorize: Authorize;
  /** A new UUID. */
  readonly random: () => string;
}

export interface CloudFront {
  readonly services: readonly Service[];
  readonly providers: readonly ResourceProvider[];
  /** What each function has used since the start. */
  functionReports(): FunctionReport[];
  close(): Promise<void>;
}

/** CloudFront: key value stores with their data API, and functions. */
export function createCloudFront(options: CloudFrontOptions): CloudFront {
  const { clock, authorize, random } = options;
  const folder = join(options.dataDir, 'cloudfront');
  const database = openDatabase(join(folder, 'cloudfront.sqlite'), KEY_VALUE_STORE_SCHEMA);
  const stores = new KeyValueStores(database);

  const storeProvider: ResourceProvider<KeyValueStoreProperties> = {
    type: 'AWS::CloudFront::KeyValueStore',
    properties: keyValueStoreProperties,
    provide: async ({ physicalName, properties }) => {
      const { arn, id } = stores.provide(physicalName, random(), clock.now());
      return { ref: properties.Name, attributes: { Arn: arn, Id: id, Status: 'READY' } };
    },
  };

  const functions = new Map<string, HostedFunction>();
  const functionProvider: ResourceProvider<FunctionProperties> = {
    type: 'AWS::CloudFront::Function',
    properties: functionProperties,
    provide: async ({ properties }) => {
      const hosted = hostFunction(properties, { dataDir: options.dataDir, clock, stores });
      await functions.get(hosted.arn)?.close();
      functions.set(hosted.arn, hosted);
      const { arn } = hosted;
      return {
        ref: arn,
        attributes: { FunctionARN: arn, 'FunctionMetadata.FunctionARN': arn, Stage: 'LIVE' },
      };
    },
  };

  return {
    services: [keyValueStoreApi({ stores, clock, authorize })],
    providers: [storeProvider, functionProvider] as ResourceProvider[],
    functionReports: () => [...functions.values()].map((each) => each.report()),
    async close() {
      await Promise.all([...functions.values()].map((each) => each.close()));
      database.close();
    },
  };
}
