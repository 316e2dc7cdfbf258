import {
  eventRequest,
  eventResponse,
  type PlainRequest,
} from '../../src/cloudfront/functions/event.ts';
import {
  viewerRequestResult,
  viewerResponseResult,
} from '../../src/cloudfront/functions/function-result.ts';

const received: PlainRequest = {
  method: 'GET',
  path: '/a%20b',
  query: 'ID=42&Exp=1619740800&TTL=1440&x&x=2',
  headers: {
    host: ['video.example.com'],
    accept: ['application/json', 'application/xml'],
    cookie: ['cookie1=val1; cookie2=val2'],
    connection: ['keep-alive'],
    'x-amz-cf-id': ['x'],
  },
};
const request = eventRequest(received);
const apply = (change: object) => viewerRequestResult({ ...request, ...change }, received, request);
const header = (name: string, value: string) => ({
  headers: { ...request.headers, [name]: { value } },
});

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
it('The event has one member for each name, without headers that functions may not see', () => {
  expect(request).toEqual({
    method: 'GET',
    uri: '/a%20b',
    querystring: {
      ID: { value: '42' },
      Exp: { value: '1619740800' },
      TTL: { value: '1440' },
      x: { value: '', multiValue: [{ value: '' }, { value: '2' }] },
    },
    headers: {
      host: { value: 'video.example.com' },
      accept: {
        value: 'application/json',
        multiValue: [{ value: 'application/json' }, { value: 'application/xml' }],
      },
    },
    cookies: { cookie1: { value: 'val1' }, cookie2: { value: 'val2' } },
  });
  const cookie = 'cookie1=val1; Secure; Path=/; Domain=example.com';
  expect(eventResponse(200, 'OK', { 'set-cookie': [cookie] }).cookies).toEqual({
    cookie1: { value: 'val1', attributes: 'Secure; Path=/; Domain=example.com' },
  });
});

describe('A returned request', () => {
  it('is the received one if nothing was changed', () => {
    const { headers, ...same } = received;
    expect(apply({})).toEqual({ kind: 'request', request: { ...same, headers } });
  });

  it('has the changed path, query, headers and cookies', () => {
    const changed = apply({
      uri: '/new',
      querystring: {
        a: { value: '1' },
        b: { value: '', multiValue: [{ value: '2' }, { value: '3' }] },
      },
      ...header('x-custom', 'yes'),
      cookies: { c: { value: 'd' } },
    });
    expect(changed).toMatchObject({
      kind: 'request',
      request: {
        path: '/new',
        query: 'a=1&b=2&b=3',
        headers: { 'x-custom': ['yes'], cookie: ['c=d'] },
      },
    });
  });

  it('has a changed first value, and the other values as they were', () => {
    const { multiValue } = request.headers.accept ?? {};
    const accept = { value: 'text/html', multiValue };
    expect(apply({ headers: { ...request.headers, accept } })).toMatchObject({
      request: { headers: { accept: ['text/html', 'application/xml'] } },
    });
  });

  it.each([
    ['another method', { method: 'POST' }, 'method is read-only'],
    ['a path without a slash', { uri: 'x' }, 'uri'],
    ['a path with a space', { uri: '/a b' }, 'spaces'],
    ['a long path', { uri: `/${'a'.repeat(8192)}` }, '8192'],
    ['another host', header('host', 'x'), 'host is read-only'],
    ['an added header via', header('via', 'x'), 'via is read-only'],
    ['a header in upper case', header('X-A', 'x'), 'not in lower case'],
    ['a disallowed header', header('x-edge-a', 'x'), 'cannot set the header x-edge-a'],
    ['a line break in a header', header('x-a', 'x\r\ny: z'), 'line breaks'],
    ['a header that is no object', { headers: { ...request.headers, a: 'b' } }, 'headers.a'],
  ])('is refused with %s', (_, change, message) => {
    expect(() => apply(change)).toThrow(message);
  });

  it.each([null, 'text', [], {}])('cannot be %j', (returned) => {
    expect(() => viewerRequestResult(returned, received, request)).toThrow();
  });
});

describe('A returned response', () => {
  const respond = (returned: object) => viewerRequestResult(returned, received, request);

  it('has status, headers, cookies and body', () => {
    expect(
      respond({
        statusCode: 302,
        statusDescription: 'Found',
        headers: { location: { value: 'https://aws.amazon.com/cloudfront/' } },
        cookies: { a: { value: '1', attributes: 'Secure' } },
        body: 'text',
      }),
    ).toEqual({
      kind: 'response',
      response: {
        status: 302,
        statusDescription: 'Found',
        headers: {
          location: ['https://aws.amazon.com/cloudfront/'],
          'set-cookie': ['a=1; Secure'],
        },
        body: Buffer.from('text'),
      },
    });
    expect(
      respond({ statusCode: 200, body: { encoding: 'base64', data: 'dGV4dA==' } }),
    ).toMatchObject({
      response: { body: Buffer.from('text') },
    });
  });

  it.each([
    [{ statusCode: '200' }],
    [{ statusCode: 99 }],
    [{ statusCode: 200, body: { encoding: 'base64', data: '*' } }],
    [{ statusCode: 200, headers: { 'X-A': { value: 'x' } } }],
    [{ statusCode: 200, headers: { 'x-cache': { value: 'x' } } }],
    [{ statusCode: 200, other: 1 }],
  ])('is refused: %j', (returned) => {
    expect(() => respond(returned)).toThrow();
  });

  it('of a viewer-response function cannot change the header via', () => {
    const before = eventResponse(200, 'OK', { via: ['1.1 x'] });
    const changed = { ...before, statusCode: 404, headers: {} };
    expect(() => viewerResponseResult(changed, before)).toThrow('via is read-only');
    const kept = { ...changed, headers: before.headers };
    expect(viewerResponseResult(kept, before)).toMatchObject({ status: 404, body: undefined });
  });
});
