import type { Caller } from '../../shared/caller.ts';
import { ConnectionCut } from '../../shared/connection-cut.ts';
import type { HeaderLists } from '../functions/event.ts';
import type { CacheBehavior } from './hosted-distribution.ts';
import type { Selected } from './selection.ts';
import type { TrafficCounter } from './traffic.ts';

/** Reads an object of a bucket; its path is `/<bucket>/<key>`. Throws ConnectionCut. */
export type ReadFromBucket = (read: {
  readonly caller: Caller;
  readonly method: 'GET' | 'HEAD' | 'OPTIONS';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}) => Promise<{
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: string | AsyncIterable<Uint8Array>;
}>;

export interface OriginResponse {
  readonly status: number;
  readonly headers: HeaderLists;
  /** A body of an error is a Buffer. */
  readonly body: Buffer | AsyncIterable<Uint8Array>;
}

export interface OriginRequest {
  readonly behavior: CacheBehavior;
  readonly method: 'GET' | 'HEAD' | 'OPTIONS';
  readonly path: string;
  readonly forwarded: Selected;
  /** Conditions and range. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly traffic: TrafficCounter;
}

/**
 * Sends a request to the origin. A bucket ignores query and cookies. A connection that the origin has cut is a 502.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html
 */
export async function readFromOrigin(
  read: ReadFromBucket,
  { behavior, method, path, forwarded, headers, traffic }: OriginRequest,
): Promise<OriginResponse> {
  const selected = Object.entries(forwarded.headers)
    .filter(([name]) => name !== 'host' && name !== 'authorization' && !name.startsWith('x-amz-'))
    .map(([name, values = []]) => [name, values.join(', ')]);
  try {
    const response = await read({
      caller: behavior.origin.caller,
      method,
      path: behavior.origin.path + path,
      headers: { ...Object.fromEntries(selected), ...headers },
    });
    const { body = '' } = response;
    const bytes = typeof body === 'string' ? Buffer.from(body) : undefined;
    const lists = Object.entries(response.headers ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [String(value)]] as const],
    );
    if (bytes) traffic.countOrigin(bytes.length);
    return {
      status: response.status,
      headers: {
        server: ['AmazonS3'],
        ...Object.fromEntries(lists),
        ...(bytes && method !== 'HEAD' && response.status !== 304
          ? { 'content-length': [String(bytes.length)] }
          : {}),
      },
      body: bytes ?? counted(body as AsyncIterable<Uint8Array>, traffic),
    };
  } catch (error) {
    if (!(error instanceof ConnectionCut)) throw error;
    const body = Buffer.from('CloudFront could not connect to the origin.');
    const headers = { 'content-type': ['text/plain'], 'content-length': [String(body.length)] };
    return { status: 502, headers, body };
  }
}

async function* counted(source: AsyncIterable<Uint8Array>, traffic: TrafficCounter) {
  for await (const bytes of source) {
    traffic.countOrigin(bytes.length);
    yield bytes;
  }
}
