import * as z from 'zod';
import { AwsError } from '../../shared/aws-error.ts';
import type { Authorize } from '../../shared/caller.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../../shared/service.ts';
import { type KeyValueStore, type KeyValueStores, notFound } from './key-value-stores.ts';
import { invalid, requireKey } from './limits.ts';

export interface DataApiOptions {
  readonly stores: KeyValueStores;
  readonly clock: Clock;
  readonly authorize: Authorize;
}

/** A request to one store, and to one key where the path names one. */
interface Call {
  readonly reference: string;
  readonly key: string;
  readonly request: ServiceRequest;
}

const TARGET = /^\/key-value-stores\/(arn:[^/]+\/[^/]+)(\/keys(?:\/(.+))?)?$/;
const MAX_PAGE = 50;

const pair = { Key: z.string(), Value: z.string() };
const putBody = z.strictObject({ Value: z.string() });
const updateBody = z.strictObject({
  Deletes: z.array(z.strictObject({ Key: z.string() })).default([]),
  Puts: z.array(z.strictObject(pair)).default([]),
});

/**
 * The data API of key value stores. A write names the version of the whole store that it is based on.
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Operations_Amazon_CloudFront_KeyValueStore.html
 */
export function keyValueStoreApi({ stores, clock, authorize }: DataApiOptions): Service {
  const permitted = (action: string, { reference, request }: Call): KeyValueStore => {
    const store = stores.find(reference);
    const { caller } = request;
    authorize({ caller, action: `cloudfront-keyvaluestore:${action}`, resource: store.arn });
    return store;
  };
  const update = (action: string, call: Call, changes: Parameters<typeof stores.update>[2]) => {
    permitted(action, call);
    const etag = call.request.headers['if-match'];
    if (etag === undefined)
      throw invalid('The header If-Match is missing; expected the ETag of the store.');
    const {
      items,
      bytes,
      etag: changed,
    } = stores.update(call.reference, etag, changes, clock.now());
    return respond({ ItemCount: items, TotalSizeInBytes: bytes }, changed);
  };

  const operations: Readonly<Record<string, (call: Call) => ServiceResponse>> = {
    'GET store': (call) => {
      const store = permitted('DescribeKeyValueStore', call);
      const description = {
        ItemCount: store.items,
        TotalSizeInBytes: store.bytes,
        KvsARN: store.arn,
        Created: store.createdAt / 1000,
        LastModified: store.modifiedAt / 1000,
        Status: 'READY',
      };
      return respond(description, store.etag);
    },
    'GET keys': (call) => {
      const store = permitted('ListKeys', call);
      const { query } = call.request;
      const limit = pageSize(query.get('MaxResults'));
      const after = Buffer.from(query.get('NextToken') ?? '', 'base64url').toString();
      const found = stores.list(store, after, limit + 1);
      const page = found.slice(0, limit);
      const last = Buffer.from(page.at(-1)?.key ?? '').toString('base64url');
      return respond({
        Items: page.map(({ key, value }) => ({ Key: key, Value: value })),
        ...(found.length > limit ? { NextToken: last } : {}),
      });
    },
    'POST keys': (call) => {
      const { Puts, Deletes } = parse(updateBody, call.request.body);
      return update('UpdateKeys', call, {
        puts: Puts.map(({ Key, Value }) => ({ key: Key, value: Value })),
        deletes: Deletes.map(({ Key }) => Key),
      });
    },
    'GET key': (call) => {
      requireKey(call.key);
      const store = permitted('GetKey', call);
      const value = stores.get(store, call.key);
      if (value === undefined) throw notFound(`The key ${call.key} does not exist.`);
      const size = { ItemCount: store.items, TotalSizeInBytes: store.bytes };
      return respond({ Key: call.key, Value: value, ...size });
    },
    'PUT key': (call) => {
      const { Value: value } = parse(putBody, call.request.body);
      return update('PutKey', call, { puts: [{ key: call.key, value }], deletes: [] });
    },
    'DELETE key': (call) => update('DeleteKey', call, { puts: [], deletes: [call.key] }),
  };

  return {
    signingName: 'cloudfront-keyvaluestore',
    signature: 'sigv4a',
    protocol: 'rest-json',
    handle: async (request) => {
      const [, reference = '', keys, key] = TARGET.exec(request.path) ?? [];
      const target = keys === undefined ? 'store' : key === undefined ? 'keys' : 'key';
      const operation = operations[`${request.method} ${target}`];
      if (reference !== '' && operation) return operation({ reference, key: key ?? '', request });
      throw new AwsError(
        'UnknownOperationException',
        `${request.method} ${request.path} is not an operation of key value stores.`,
        404,
      );
    },
  };
}

function pageSize(text: string | null): number {
  const size = Number(text ?? MAX_PAGE);
  if (Number.isInteger(size) && size >= 1 && size <= MAX_PAGE) return size;
  throw invalid(`MaxResults is 1 to ${MAX_PAGE}; got ${text}.`);
}

function parse<T>(schema: z.ZodType<T>, body: Buffer): T {
  const result = schema.safeParse(parseJson(body));
  if (result.success) return result.data;
  throw invalid(z.prettifyError(result.error));
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch {
    throw invalid('The request body is not JSON.');
  }
}

function respond(body: object, etag?: string): ServiceResponse {
  const headers = { 'content-type': 'application/json', ...(etag === undefined ? {} : { etag }) };
  return { status: 200, headers, body: JSON.stringify(body) };
}
