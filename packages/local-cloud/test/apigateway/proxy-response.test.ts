import { proxyResponse } from '../../src/apigateway/proxy-response.ts';

const response = (returned: unknown) => proxyResponse(JSON.stringify(returned));

describe('The response that a function returns', () => {
  it.each<[string, unknown]>([
    ['a status below 200', { statusCode: 199 }],
    ['a status above 599', { statusCode: 600 }],
    ['a status that is no whole number', { statusCode: 200.5 }],
    ['a status in words', { statusCode: 'OK' }],
    ['headers that are a text', { statusCode: 200, headers: 'x: y' }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['a line break in a header', { statusCode: 200, headers: { a: 'b\r\nc: d' } }],
    ['a control character in a header', { statusCode: 200, headers: { a: '\u0000' } }],
    ['a character beyond Latin-1 in a header', { statusCode: 200, headers: { a: '日本' } }],
    ['a space in the name of a header', { statusCode: 200, headers: { 'a b': 'c' } }],
    ['a header without a name', { statusCode: 200, headers: { '': 'c' } }],
    ['a line break in a cookie', { statusCode: 200, cookies: ['a=1\r\nx: y'] }],
  ])('is not valid with %s', (_, returned) => {
    expect(response(returned)).toBeUndefined();
  });

  it.each<[unknown, number]>([
    [{ statusCode: 200 }, 200],
    [{ statusCode: '204' }, 204],
    [{ statusCode: 599, headers: null, body: null }, 599],
  ])('may be %j', (returned, status) => {
    expect(response(returned)).toMatchObject({ status, body: Buffer.alloc(0) });
  });

  it('without a status is the body of a 200', () => {
    for (const returned of [{ a: 1 }, [1], 5, true, null])
      expect(response(returned)).toEqual({
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(returned)),
      });
  });

  it('has header names in lower case, and text/plain unless it says otherwise', () => {
    expect(response({ statusCode: 200, headers: { 'X-A': 1 }, body: 'b' })?.headers).toEqual({
      'x-a': '1',
      'content-type': 'text/plain;charset=UTF-8',
    });
    expect(
      response({ statusCode: 200, headers: { 'Content-Type': 'a/b' }, body: 'b' })?.headers,
    ).toEqual({ 'content-type': 'a/b' });
  });
});
