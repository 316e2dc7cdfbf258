import type { Logger } from '../../core/runtime.ts';
import { type ApiExchange, requestIdOf, routeOf } from './api-request.ts';
import { ProblemError } from './problem-error.ts';

export interface RequestLogOptions {
  readonly logger: Pick<Logger, 'info'>;
  /** Milliseconds. */
  readonly now: () => number;
}

/**
 * One line for each request: route, owner, status and duration. No body, header, query or URL.
 */
export function requestLog({ logger, now }: RequestLogOptions) {
  const started = new WeakMap<object, number>();

  const write = (exchange: ApiExchange): void => {
    const { error, response, event } = exchange;
    logger.info('request', {
      requestId: requestIdOf(exchange),
      route: routeOf(exchange),
      status: response?.statusCode,
      ...(error instanceof ProblemError && { problem: error.code }),
      ...(event.owner && { owner: event.owner.owner }),
      ...(event.pathParameters?.id && { uploadId: event.pathParameters.id.slice(0, 64) }),
      ms: Math.round(now() - (started.get(event) ?? now())),
    });
  };

  return {
    before({ event }: ApiExchange): void {
      started.set(event, now());
    },
    after: write,
    onError: write,
  };
}
