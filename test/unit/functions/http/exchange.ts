import type { ApiEvent, ApiExchange } from '../../../../functions/http/api-request.ts';

/** A request as API Gateway hands it on; `more` replaces what matters to the test. */
export function apiEvent(more: Partial<ApiEvent> = {}): ApiEvent {
  return {
    routeKey: 'GET /v1/uploads',
    headers: {},
    requestContext: { requestId: 'request-1' },
    ...more,
  };
}

export function exchange(more: Partial<ApiEvent> = {}): ApiExchange {
  return {
    event: apiEvent(more),
    context: { awsRequestId: 'invocation-1' },
    response: undefined,
    error: undefined,
  };
}

export function withClaims(claims: Record<string, unknown>): Partial<ApiEvent> {
  return { requestContext: { requestId: 'request-1', authorizer: { jwt: { claims } } } };
}

/** The problem's code that the step refuses with, or `undefined` if it does not. */
export function refusal(step: () => unknown): string | undefined {
  try {
    step();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}
