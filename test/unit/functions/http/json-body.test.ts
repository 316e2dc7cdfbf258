import { jsonBody } from '../../../../functions/http/json-body.ts';
import { exchange, refusal } from './exchange.ts';

const json = { 'content-type': 'application/json' };

describe('a JSON body', () => {
  it('is read, in plain text and in base64', () => {
    const plain = exchange({ headers: json, body: '{"size":1}' });
    const encoded = exchange({
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: Buffer.from('{"size":1}').toString('base64'),
      isBase64Encoded: true,
    });
    jsonBody().before(plain);
    jsonBody().before(encoded);
    expect(plain.event.json).toEqual({ size: 1 });
    expect(encoded.event.json).toEqual({ size: 1 });
  });

  it('may be absent', () => {
    const request = exchange();
    expect(refusal(() => jsonBody().before(request))).toBeUndefined();
    expect(request.event.json).toBeUndefined();
  });

  it('may have exactly as many bytes as are allowed, and not one more', () => {
    const body = JSON.stringify('ä'.repeat(4));
    const bytes = Buffer.byteLength(body);
    const limited = (limitBytes: number) => () =>
      jsonBody({ limitBytes }).before(exchange({ headers: json, body }));
    expect(refusal(limited(bytes))).toBeUndefined();
    expect(refusal(limited(bytes - 1))).toBe('request_too_large');
  });

  it.each([
    ['not JSON', json, '{', 'malformed_request'],
    ['of another type', { 'content-type': 'text/plain' }, '{}', 'media_type_not_supported'],
    [
      'of a type that only begins alike',
      { 'content-type': 'application/jsonp' },
      '{}',
      'media_type_not_supported',
    ],
    ['of no type', {}, '{}', 'media_type_not_supported'],
  ])('that is %s is refused', (_, headers, body, code) => {
    expect(refusal(() => jsonBody().before(exchange({ headers, body })))).toBe(code);
  });
});
