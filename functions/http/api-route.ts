import middy from '@middy/core';
import type { Runtime } from '../../core/runtime.ts';
import type { ApiEvent, ApiExchange, ApiResult, Owner } from './api-request.ts';
import { requestIdOf } from './api-request.ts';
import { jsonBody } from './json-body.ts';
import { isModerator, type ModeratorClaim } from './moderator.ts';
import { ownerFromToken } from './owner-from-token.ts';
import { type ProblemsOptions, problems } from './problems.ts';
import { type LimitRequests, requestLimit } from './request-limit.ts';
import { requestLog } from './request-log.ts';
import { requestMetrics } from './request-metrics.ts';
import { securityHeaders } from './security-headers.ts';
import { type TextBodyOptions, textBody } from './text-body.ts';
import { type RequestSchemas, type ValidRequest, validateRequest } from './validate-request.ts';

export interface ApiRouteOptions<Schemas extends RequestSchemas> {
  readonly schemas: Schemas;
  /** Counts the requests of each caller. */
  readonly limitRequests: LimitRequests;
  /** Bytes of the body. @default 64 KiB */
  readonly bodyLimitBytes?: number;
  /** A body of text, which the handler gets as `text`. @default JSON */
  readonly text?: TextBodyOptions;
  /** Identifies the caller and sets `event.owner`. @default by the token */
  readonly authenticate?: {
    before(exchange: ApiExchange): void | Promise<void>;
  };
  /** Sets `isModerator`. @default nobody is one */
  readonly moderators?: ModeratorClaim;
  /** Members that another protocol needs in a problem besides our own. */
  readonly problemMembers?: ProblemsOptions['members'];
}

/** A request that has passed every check. */
export type ApiRequest<Schemas extends RequestSchemas> = ValidRequest<Schemas> &
  Owner & {
    readonly isModerator: boolean;
    /** The body, where the route takes text; otherwise empty. */
    readonly text: string;
  };

/** Lambda's context, by middy's type. */
export type InvocationContext = Parameters<middy.MiddyfiedHandler>[1];

export type ApiHandler = (event: ApiEvent, context: InvocationContext) => Promise<ApiResult>;

/** A route's handler: checks the request by `options`, and writes every error as a problem. */
export function apiRoute<const Schemas extends RequestSchemas>(
  runtime: Pick<Runtime, 'now' | 'elapsed' | 'logger' | 'metrics'>,
  options: ApiRouteOptions<Schemas>,
  respond: (request: ApiRequest<Schemas>) => Promise<ApiResult>,
): ApiHandler {
  const { elapsed, logger, metrics } = runtime;
  const { schemas, limitRequests, bodyLimitBytes, text, moderators, problemMembers } = options;
  const limit = bodyLimitBytes === undefined ? {} : { limitBytes: bodyLimitBytes };
  const { authenticate = ownerFromToken() } = options;
  const report = (error: unknown, exchange: ApiExchange): void => {
    logger.error('fault', {
      requestId: requestIdOf(exchange),
      error: error instanceof Error ? error : new Error(String(error)),
    });
  };
  return middy<ApiEvent, ApiResult>()
    .use(requestLog({ logger, now: elapsed }))
    .use(requestMetrics({ metrics, now: elapsed }))
    .use(securityHeaders())
    .use(problems({ report, members: problemMembers }))
    .use(authenticate)
    .use(requestLimit(limitRequests, runtime.now))
    .use(text ? textBody(text) : jsonBody(limit))
    .use(validateRequest(schemas))
    .handler((event: ApiEvent) => {
      const valid = event.valid as ValidRequest<Schemas>;
      const owner = event.owner as Owner;
      const moderator = moderators !== undefined && isModerator(event, moderators);
      return respond({ ...valid, ...owner, isModerator: moderator, text: event.text ?? '' });
    });
}
