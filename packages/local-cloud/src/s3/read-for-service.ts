import { AwsError } from '../shared/aws-error.ts';
import type { Caller } from '../shared/caller.ts';
import { requirePermission } from './access/permission.ts';
import type { Engine } from './engine.ts';
import { notImplemented } from './errors.ts';
import { corsHeaders, preflight } from './http/cors.ts';
import { type AroundS3Call, errorResponse } from './http/listener.ts';
import { parseTarget, type ReadRequest, type S3Response } from './http/request.ts';
import { getObject } from './operations/get-object.ts';

export interface ServiceRead {
  readonly caller: Caller;
  readonly method: 'GET' | 'HEAD' | 'OPTIONS';
  /** `/<bucket>/<key>`, percent-encoded. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The response of S3, an error included. Throws ConnectionCut, and errors of the engine itself. */
export type ReadForService = (read: ServiceRead) => Promise<S3Response>;

/** Reads for another service of the process: with the same permissions and faults as over HTTP. */
export function createReader(engine: Engine, around: AroundS3Call | undefined): ReadForService {
  return async (read) => {
    const requestId = engine.newId().replaceAll('-', '').slice(0, 16).toUpperCase();
    try {
      return await perform(engine, read, around);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const response = errorResponse(error, read.path, requestId);
      return { ...response, headers: { 'content-type': 'application/xml', ...response.headers } };
    }
  };
}

async function perform(
  engine: Engine,
  { caller, method, path, headers }: ServiceRead,
  around: AroundS3Call | undefined,
): Promise<S3Response> {
  const { bucket, key } = parseTarget(path);
  const found = engine.store.buckets.find(bucket ?? '');
  if (method === 'OPTIONS') return preflight({ headers }, found);
  const signed = caller.kind === 'anonymous' ? undefined : true;
  const request: ReadRequest = {
    method,
    bucket,
    key,
    query: new Map(),
    headers,
    sourceIp: '127.0.0.1',
    identity: {
      caller,
      account: undefined,
      signature: undefined,
      authType: signed && 'REST-HEADER',
      signatureVersion: signed && 'AWS4-HMAC-SHA256',
      signatureAge: undefined,
    },
  };
  if (key === undefined && found !== undefined) {
    // S3 would list the bucket.
    requirePermission(engine, request, found, { action: 's3:ListBucket' });
    throw notImplemented('A list of the bucket for another service');
  }
  const next = () => getObject(request, engine);
  const operation = method === 'HEAD' ? 'HeadObject' : 'GetObject';
  const response = await (around ? around({ operation, bucket, key, caller }, next) : next());
  return {
    ...response,
    headers: { ...corsHeaders({ headers, method }, found), ...response.headers },
  };
}
