import { jsonBody } from '../../../../functions/http/json-body.ts';
import { exchange, refusal } from './exchange.ts';

const json = { 'content-type': 'application/json' };

function detailOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as { details: { detail?: string } }).details.detail;
  }
}

describe('A JSON body', () => {
  it('is read as text and as base64', () => {
    const plain = exchange({ headers: json, body: '{"size":"ä"}' });
    const encoded = exchange({
      headers: json,
      body: Buffer.from('{"size":"ä"}').toString('base64'),
      isBase64Encoded: true,
    });
    jsonBody().before(plain);
    jsonBody().before(encoded);
    expect(plain.event.json).toEqual({ size: 'ä' });
    expect(encoded.event.json).toEqual({ size: 'ä' });
  });

  it.each([undefined, ''])('may be absent: %j', (body) => {
    const request = exchange(body === undefined ? {} : { body });
    expect(refusal(() => jsonBody().before(request))).toBeUndefined();
    expect(request.event.json).toBeUndefined();
  });

  it('may have as many bytes of UTF-8 as its limit, and not one more', () => {
    const body = JSON.stringify('ä'.repeat(4));
    const bytes = Buffer.byteLength(body);
    const limited = (limitBytes: number) => () =>
      jsonBody({ limitBytes }).before(exchange({ headers: json, body }));
    expect(refusal(limited(bytes))).toBeUndefined();
    expect(refusal(limited(bytes - 1))).toBe('request_too_large');
    expect(detailOf(limited(bytes - 1))).toBe(
      `The body has ${bytes} bytes; expected at most ${bytes - 1}.`,
    );
  });

  it('is limited to 64 KiB', () => {
    const of = (bytes: number) => () =>
      jsonBody().before(exchange({ headers: json, body: JSON.stringify('x'.repeat(bytes - 2)) }));
    expect(refusal(of(65_536))).toBeUndefined();
    expect(refusal(of(65_537))).toBe('request_too_large');
  });

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json ;charset=utf-8',
    'APPLICATION/JSON',
    'application/problem+json',
    'application/vnd.api+json',
  ])('may have the content type %s', (type) => {
    const request = exchange({ headers: { 'content-type': type }, body: '1' });
    jsonBody().before(request);
    expect(request.event.json).toBe(1);
  });

  it.each([
    'text/plain',
    'application/jsonp',
    'application/json5',
    'xapplication/json',
    'text/application/json',
    'application/+json',
    'application/json, text/plain',
    `text/${'x'.repeat(200)}`,
  ])('is refused with the content type %s, which the problem names', (type) => {
    const run = () => jsonBody().before(exchange({ headers: { 'content-type': type }, body: '1' }));
    expect(refusal(run)).toBe('media_type_not_supported');
    expect(detailOf(run)).toBe(`The content type is ${type.slice(0, 100)}.`);
  });

  it('is refused without a content type', () => {
    const run = () => jsonBody().before(exchange({ body: '{}' }));
    expect(refusal(run)).toBe('media_type_not_supported');
    expect(detailOf(run)).toBe('The body has no content type.');
  });

  it('is refused where it is not JSON', () => {
    const run = () => jsonBody().before(exchange({ headers: json, body: '{' }));
    expect(refusal(run)).toBe('malformed_request');
    expect(detailOf(run)).toBe('The body is not valid JSON.');
  });
});
