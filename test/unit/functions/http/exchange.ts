import type { ApiEvent, ApiExchange } from '../../../../functions/http/api-request.ts';

/** An event of API Gateway; `more` replaces what matters to the test. */
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

/** The code of the problem that `step` throws; undefined if it throws none. */
export function refusal(step: () => unknown): string | undefined {
  try {
    step();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}
