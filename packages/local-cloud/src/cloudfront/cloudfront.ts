import { join } from 'node:path';
import type { Authorize } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import { openDatabase } from '../shared/database.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import type { Service } from '../shared/service.ts';
import { ResponseCache } from './cache/response-cache.ts';
import { ObjectFetcher } from './distribution/fetch-object.ts';
import {
  DISTRIBUTIONS_SCHEMA,
  type DistributionReport,
  hostDistributions,
} from './distribution/hosted-distributions.ts';
import { INVALIDATIONS_SCHEMA, invalidationApi } from './distribution/invalidations.ts';
import type { ReadFromBucket } from './distribution/origin.ts';
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
import { hostPolicies } from './policies/hosted-policies.ts';

/** Enough for an hour of video in several qualities. */
const DEFAULT_CACHE_BYTES = 2 * 1024 ** 3;
const DEFAULT_OBJECT_BYTES = 256 * 1024 ** 2;

export interface CloudFrontOptions {
  /** The data folder of the local cloud. This engine uses `<dataDir>/cloudfront`, and `<dataDir>/logs` for functions. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly authorize: Authorize;
  /** A new UUID. */
  readonly random: () => string;
  /** Reads an object of a bucket as a caller. */
  readonly readFromBucket: ReadFromBucket;
  /**
   * Port of the first distribution; 0 for its previous port, or a free one.
   * @default 0
   */
  readonly port?: number;
  /**
   * For the bodies in the cache of all distributions.
   * @default 2 GiB
   */
  readonly cacheBytes?: number;
  /**
   * Larger objects are not cached.
   * @default 256 MiB
   */
  readonly cachedObjectBytes?: number;
  /** Called with errors of the engine itself. */
  readonly onError: (error: unknown) => void;
}

/** Counters since the start of the cloud. */
export interface CloudFrontReport {
  readonly distributions: readonly DistributionReport[];
  readonly functions: readonly FunctionReport[];
}

export interface CloudFront {
  readonly services: readonly Service[];
  readonly providers: readonly ResourceProvider[];
  report(): CloudFrontReport;
  close(): Promise<void>;
}

/** CloudFront: distributions, functions, key value stores with their data API, policies. */
export function createCloudFront(options: CloudFrontOptions): CloudFront {
  const { dataDir, clock, authorize, random, onError } = options;
  const folder = join(dataDir, 'cloudfront');
  const database = openDatabase(
    join(folder, 'cloudfront.sqlite'),
    KEY_VALUE_STORE_SCHEMA + DISTRIBUTIONS_SCHEMA + INVALIDATIONS_SCHEMA,
  );
  const stores = new KeyValueStores(database);
  const functions = new Map<string, HostedFunction>();
  const policies = hostPolicies();
  const cache = new ResponseCache({
    folder: join(folder, 'cache'),
    maxBytes: options.cacheBytes ?? DEFAULT_CACHE_BYTES,
  });
  const fetcher = new ObjectFetcher({
    clock,
    cache,
    read: options.readFromBucket,
    maxObjectBytes: options.cachedObjectBytes ?? DEFAULT_OBJECT_BYTES,
    onError,
  });
  const distributions = hostDistributions(
    database,
    options.port ?? 0,
    { clock, random, fetcher, onError },
    { policies, function: (functionArn) => functions.get(functionArn) },
  );

  const storeProvider: ResourceProvider<KeyValueStoreProperties> = {
    type: 'AWS::CloudFront::KeyValueStore',
    properties: keyValueStoreProperties,
    provide: async ({ physicalName, properties }) => {
      const { arn, id } = stores.provide(physicalName, random(), clock.now());
      return { ref: properties.Name, attributes: { Arn: arn, Id: id, Status: 'READY' } };
    },
  };
  const functionProvider: ResourceProvider<FunctionProperties> = {
    type: 'AWS::CloudFront::Function',
    properties: functionProperties,
    provide: async ({ properties }) => {
      const hosted = hostFunction(properties, { dataDir, clock, stores });
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
    services: [
      keyValueStoreApi({ stores, clock, authorize }),
      invalidationApi({ database, clock, authorize, cache, distributions }),
    ],
    providers: [
      storeProvider,
      functionProvider,
      ...policies.providers,
      distributions.provider,
    ] as ResourceProvider[],
    report: () => ({
      distributions: distributions.reports(),
      functions: [...functions.values()].map((each) => each.report()),
    }),
    async close() {
      await distributions.close();
      await Promise.all([...functions.values()].map((each) => each.close()));
      database.close();
    },
  };
}
