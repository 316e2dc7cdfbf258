import type { Clock } from '../../shared/clock.ts';
import { CachedFile } from '../cache/cached-file.ts';
import { evaluate } from '../cache/conditions.ts';
import type { CachedResponse, ResponseCache } from '../cache/response-cache.ts';
import { timeToLive } from '../cache/time-to-live.ts';
import type { HeaderLists, PlainRequest } from '../functions/event.ts';
import type { EdgeResponse } from './edge-response.ts';
import type { CacheBehavior, HostedDistribution } from './hosted-distribution.ts';
import { type OriginResponse, type ReadFromBucket, readFromOrigin } from './origin.ts';
import { cacheKey, type Selected, select } from './selection.ts';
import type { ResultType } from './traffic.ts';

export interface FetchTools {
  readonly clock: Clock;
  readonly cache: ResponseCache;
  readonly read: ReadFromBucket;
  /** Larger objects are not cached: every request goes to the origin. */
  readonly maxObjectBytes: number;
  /** Called with an error while the body of the origin is stored. */
  readonly onError: (error: unknown) => void;
}

interface Found {
  readonly result: ResultType;
  readonly response: CachedResponse;
}

const CONDITIONS = [
  ...['range', 'if-range', 'if-match', 'if-none-match', 'if-modified-since'],
  'if-unmodified-since',
];

/** Gets objects from the cache or from the origin. */
export class ObjectFetcher {
  readonly #tools: FetchTools;
  /** Requests to the origin by cache key: viewers who come at the same time share one. */
  readonly #pending = new Map<string, Promise<Found | undefined>>();

  constructor(tools: FetchTools) {
    this.#tools = tools;
  }

  async fetch(
    distribution: HostedDistribution,
    behavior: CacheBehavior,
    request: PlainRequest,
  ): Promise<EdgeResponse> {
    const { cachePolicy, originRequestPolicy } = behavior;
    const { key, forwarded } = select(request, cachePolicy, originRequestPolicy);
    const isCacheable = request.method !== 'OPTIONS' && cachePolicy.MaxTTL > 0;
    if (!isCacheable) return this.#passThrough(distribution, behavior, request, forwarded);
    const name = `${distribution.id} ${cacheKey(request.method, request.path, key)}`;
    const cached = this.#tools.cache.find(name);
    if (cached !== undefined && cached.freshUntil > this.#tools.clock.now())
      return this.#answer(request, { result: resultOf(cached, 'Hit'), response: cached });
    const pending =
      this.#pending.get(name) ??
      this.#load(name, cached, distribution, behavior, request.path, forwarded).finally(() =>
        this.#pending.delete(name),
      );
    this.#pending.set(name, pending);
    const found = await pending;
    if (found === undefined) return this.#passThrough(distribution, behavior, request, forwarded);
    return this.#answer(request, found);
  }

  /** Asks the origin, and stores its response. Undefined for an object that is too large for the cache. */
  async #load(
    name: string,
    stale: CachedResponse | undefined,
    distribution: HostedDistribution,
    behavior: CacheBehavior,
    path: string,
    forwarded: Selected,
  ): Promise<Found | undefined> {
    const { cache, clock, read } = this.#tools;
    const etag = stale?.status === 200 ? stale.headers.etag?.[0] : undefined;
    const { traffic } = distribution;
    const response = await readFromOrigin(read, {
      behavior,
      method: 'GET',
      path,
      forwarded,
      traffic,
      ...(etag === undefined ? {} : { headers: { 'if-none-match': etag } }),
    });
    const now = clock.now();
    if (stale !== undefined && response.status === 304) {
      const life = this.#life(distribution, behavior, { ...stale, status: 200 }, now);
      Object.assign(stale, { storedAt: now, freshUntil: now + life });
      return { result: 'RefreshHit', response: stale };
    }
    const size = Number(response.headers['content-length']?.[0] ?? 0);
    if (size > this.#tools.maxObjectBytes) {
      await (response.body as AsyncGenerator<Uint8Array>).return?.(undefined);
      return undefined;
    }
    const body = response.body instanceof Buffer ? response.body : cache.newFile(size);
    const life = this.#life(distribution, behavior, response, now);
    const stored: CachedResponse = {
      distribution: distribution.id,
      path,
      status: response.status,
      headers: response.headers,
      body,
      storedAt: now,
      freshUntil: now + life,
    };
    cache.put(name, stored);
    if (body instanceof CachedFile) this.#fill(name, stored, body, response.body);
    if (life === 0 && !(body instanceof CachedFile)) cache.remove(name, stored);
    return { result: resultOf(stored, 'Miss'), response: stored };
  }

  #fill(
    name: string,
    stored: CachedResponse,
    file: CachedFile,
    body: OriginResponse['body'],
  ): void {
    file.fill(body as AsyncIterable<Uint8Array>).then(
      () => {
        if (stored.freshUntil <= stored.storedAt) this.#tools.cache.remove(name, stored);
      },
      (error: unknown) => {
        this.#tools.cache.remove(name, stored);
        this.#tools.onError(error);
      },
    );
  }

  /** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html: errors for ten seconds */
  #life(
    { config }: HostedDistribution,
    { cachePolicy }: CacheBehavior,
    { status, headers }: { readonly status: number; readonly headers: HeaderLists },
    now: number,
  ): number {
    if (status >= 400) {
      const custom = config.CustomErrorResponses.find(({ ErrorCode }) => ErrorCode === status);
      return (custom?.ErrorCachingMinTTL ?? 10) * 1000;
    }
    const [control] = headers['cache-control'] ?? [];
    const [expires] = headers.expires ?? [];
    return timeToLive(
      cachePolicy,
      { ...(control && { 'cache-control': control }), ...(expires && { expires }) },
      now,
    );
  }

  /** What the viewer gets of a stored response. */
  #answer(request: PlainRequest, { result, response }: Found): EdgeResponse {
    const { status, body, storedAt } = response;
    const age = Math.floor((this.#tools.clock.now() - storedAt) / 1000);
    const headers =
      result === 'Hit' ? { ...response.headers, age: [String(age)] } : response.headers;
    if (!(body instanceof CachedFile)) return { result, status, headers, body };
    const seen = evaluate(request.method, request.headers, headers, body.size);
    switch (seen.status) {
      case 304: {
        const { 'content-length': _, ...others } = headers;
        return { result, status: 304, headers: others };
      }
      case 412:
        return { result: 'Error', status: 412, headers: { 'content-length': ['0'] } };
      case 416:
        return {
          result: 'Error',
          status: 416,
          headers: { 'content-range': [`bytes */${body.size}`], 'content-length': ['0'] },
        };
      case 206: {
        const { from, to } = seen.range;
        const part = {
          'content-length': [String(to - from + 1)],
          'content-range': [`bytes ${from}-${to}/${body.size}`],
        };
        return { result, status: 206, headers: { ...headers, ...part }, body: body.read(from, to) };
      }
      default:
        return { result, status, headers, body: body.read(0, body.size - 1) };
    }
  }

  /** Without the cache: the origin gets the viewer's conditions and range. */
  async #passThrough(
    { traffic }: HostedDistribution,
    behavior: CacheBehavior,
    { method, path, headers }: PlainRequest,
    forwarded: Selected,
  ): Promise<EdgeResponse> {
    const conditions = CONDITIONS.flatMap((name) => {
      const value = headers[name]?.join(', ');
      return value === undefined ? [] : [[name, value] as const];
    });
    const response = await readFromOrigin(this.#tools.read, {
      behavior,
      method: method === 'OPTIONS' || method === 'HEAD' ? method : 'GET',
      path,
      forwarded,
      headers: Object.fromEntries(conditions),
      traffic,
    });
    return { result: response.status >= 400 ? 'Error' : 'Miss', ...response };
  }
}

function resultOf({ status }: CachedResponse, otherwise: ResultType): ResultType {
  return status >= 400 ? 'Error' : otherwise;
}
