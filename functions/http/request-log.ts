import { type ApiExchange, requestIdOf, routeOf } from './api-request.ts';
import { ProblemError } from './problem-error.ts';

/** The part of Powertools' Logger that is used here. */
interface RequestLogger {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
}

export interface RequestLogOptions {
  readonly logger: RequestLogger;
  /** Milliseconds. */
  readonly now: () => number;
}

/**
 * One line a request: which route, for whom, how it ended, how long it took. No body, header, query or URL.
 */
export function requestLog({ logger, now }: RequestLogOptions) {
  const began = new WeakMap<object, number>();

  const write = (exchange: ApiExchange): void => {
    const { error, response, event } = exchange;
    logger.info('request', {
      requestId: requestIdOf(exchange),
      route: routeOf(exchange),
      status: response?.statusCode,
      ...(error instanceof ProblemError && { problem: error.code }),
      ...(event.owner && { owner: event.owner.owner }),
      ...(event.pathParameters?.id && { uploadId: event.pathParameters.id.slice(0, 64) }),
      ms: Math.round(now() - (began.get(event) ?? now())),
    });
  };

  return {
    before({ event }: ApiExchange): void {
      began.set(event, now());
    },
    after: write,
    onError: write,
  };
}
