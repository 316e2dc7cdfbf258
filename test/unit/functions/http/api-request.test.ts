import { jsonResponse, requestIdOf, routeOf } from '../../../../functions/http/api-request.ts';
import { exchange } from './exchange.ts';

describe('The id of a request', () => {
  it('is API Gateway’s, or else the invocation’s', () => {
    expect(requestIdOf(exchange())).toBe('request-1');
    expect(requestIdOf(exchange({ requestContext: {} }))).toBe('invocation-1');
  });
});

describe('The route of a request', () => {
  it('is API Gateway’s template, or else its default route', () => {
    expect(routeOf(exchange({ routeKey: 'GET /v1/uploads' }))).toBe('GET /v1/uploads');
    const { routeKey: _, ...event } = exchange().event;
    expect(routeOf({ event })).toBe('$default');
  });
});

describe('A JSON response', () => {
  it('has its content type and further headers', () => {
    expect(jsonResponse(201, { a: 1 }, { location: '/x' })).toEqual({
      statusCode: 201,
      headers: { 'content-type': 'application/json', location: '/x' },
      body: '{"a":1}',
    });
    expect(jsonResponse(200, []).headers).toEqual({ 'content-type': 'application/json' });
  });
});
