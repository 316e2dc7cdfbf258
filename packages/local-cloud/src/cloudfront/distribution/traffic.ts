/** How a response was made, as in the header X-Cache: `Hit from cloudfront`. */
export type ResultType =
  | 'Hit'
  | 'RefreshHit'
  | 'Miss'
  | 'Error'
  | 'FunctionGeneratedResponse'
  | 'FunctionExecutionError'
  | 'FunctionValidationError';

/** The traffic of a distribution since the start of the cloud. */
export interface TrafficReport {
  readonly requests: number;
  /** Responses by result type. */
  readonly results: Readonly<Partial<Record<ResultType, number>>>;
  /** Bytes of bodies that viewers got. */
  readonly bytesToViewers: number;
  /** Those of them that were in the cache when the request came. */
  readonly bytesFromCache: number;
  /** Bytes of bodies that the origin sent. */
  readonly bytesFromOrigin: number;
}

export class TrafficCounter {
  #requests = 0;
  readonly #results: Partial<Record<ResultType, number>> = {};
  #toViewers = 0;
  #fromCache = 0;
  #fromOrigin = 0;

  countResponse(result: ResultType): void {
    this.#requests++;
    this.#results[result] = (this.#results[result] ?? 0) + 1;
  }

  countBytes(result: ResultType, bytes: number): void {
    this.#toViewers += bytes;
    if (result === 'Hit' || result === 'RefreshHit') this.#fromCache += bytes;
  }

  countOrigin(bytes: number): void {
    this.#fromOrigin += bytes;
  }

  report(): TrafficReport {
    return {
      requests: this.#requests,
      results: { ...this.#results },
      bytesToViewers: this.#toViewers,
      bytesFromCache: this.#fromCache,
      bytesFromOrigin: this.#fromOrigin,
    };
  }
}
