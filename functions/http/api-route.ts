import middy from '@middy/core';
import { logger, metrics } from '../adapters/lambda/powertools.ts';
import type { ApiEvent, ApiExchange, ApiResult, Owner } from './api-request.ts';
import { requestIdOf } from './api-request.ts';
import { jsonBody } from './json-body.ts';
import { ownerFromToken } from './owner-from-token.ts';
import { type ProblemsOptions, problems } from './problems.ts';
import { requestLog } from './request-log.ts';
import { requestMetrics } from './request-metrics.ts';
import { securityHeaders } from './security-headers.ts';
import { type RequestSchemas, type ValidRequest, validateRequest } from './validate-request.ts';

export interface ApiRouteOptions<Schemas extends RequestSchemas> {
  readonly schemas: Schemas;
  /** Bytes of the body. */
  readonly bodyLimitBytes?: number;
  /** Finds out who calls and sets `event.owner`; by the token where it is absent. */
  readonly authenticate?: {
    before(exchange: ApiExchange): void | Promise<void>;
  };
  /** Members that a protocol wants in a problem beside our own. */
  readonly problemMembers?: ProblemsOptions['members'];
}

/** A request that has passed every check. */
export type ApiRequest<Schemas extends RequestSchemas> = ValidRequest<Schemas> & Owner;

/** Lambda's, as middy knows it. */
type InvocationContext = Parameters<middy.MiddyfiedHandler>[1];

const now = () => performance.now();

const report = (error: unknown, exchange: ApiExchange): void => {
  logger.error('fault', {
    requestId: requestIdOf(exchange),
    error: error instanceof Error ? error : new Error(String(error)),
  });
};

/** A route's handler: the request checked by `options`, everything that goes wrong answered as a problem. */
export function apiRoute<const Schemas extends RequestSchemas>(
  options: ApiRouteOptions<Schemas>,
  answer: (request: ApiRequest<Schemas>) => Promise<ApiResult>,
): (event: ApiEvent, context: InvocationContext) => Promise<ApiResult> {
  const { schemas, bodyLimitBytes, authenticate = ownerFromToken(), problemMembers } = options;
  return middy<ApiEvent, ApiResult>()
    .use(requestLog({ logger, now }))
    .use(requestMetrics({ metrics, now }))
    .use(securityHeaders())
    .use(problems({ report, members: problemMembers }))
    .use(authenticate)
    .use(jsonBody(bodyLimitBytes === undefined ? {} : { limitBytes: bodyLimitBytes }))
    .use(validateRequest(schemas))
    .handler((event: ApiEvent) => {
      const valid = event.valid as ValidRequest<Schemas>;
      const owner = event.owner as Owner;
      return answer({ ...valid, ...owner });
    });
}
