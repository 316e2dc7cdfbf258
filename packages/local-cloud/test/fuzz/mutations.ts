/** From 0 to 1, without 1. */
export type Random = () => number;

export const oneOf = <Value>(random: Random, values: readonly Value[]): Value =>
  values[Math.floor(random() * values.length)] as Value;

const below = (random: Random, limit: number) => Math.floor(random() * limit);

/** What parsers stumble over. */
const WORDS = [
  '', '\0', '\r\n', '\n', '\r\n\r\n', '%', '%00', '%zz', '%ff', '%2e%2e%2f', '../', '//', '\\', '?', '#', '&', '=', ';',
  ':', ',', '"', "'", '<', '>', '{', '}', '[', ']', '${', '*', '-1', '0', '1e999', '4294967296', '9007199254740993',
  '99999999999999999999', 'NaN', 'null', 'true', '__proto__', 'constructor', 'toString', 'http://[', 'évil', '\ud83c',
  '🎬', 'x'.repeat(300), '['.repeat(2_000), '{"a":'.repeat(500), '<a>'.repeat(500), 'A'.repeat(9_000),
]; // biome-ignore format: one word each would take a page

const HEADERS = [
  'content-length: 5',
  'content-length: 99999999999999999999',
  'content-length: -1',
  'transfer-encoding: chunked',
  'transfer-encoding: gzip, chunked',
  'expect: 100-continue',
  'expect: something-else',
  'connection: keep-alive',
  'connection: upgrade\r\nupgrade: websocket',
  'content-encoding: gzip',
  'content-encoding: aws-chunked\r\nx-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\nx-amz-decoded-content-length: 5\r\nx-amz-trailer: x-amz-checksum-crc32',
  'content-type: multipart/form-data; boundary=b',
  'content-type: application/x-www-form-urlencoded',
  'authorization: Bearer a.b.c',
  'authorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0',
  'authorization: AWS a:b',
  'cookie: a=b; =; c',
  'origin: http://evil.example\r\naccess-control-request-method: PUT',
  'range: bytes=5-1',
  'if-none-match: *',
  'x-amz-target: DynamoDB_20120810.PutItem',
  'x-amz-meta-constructor: x',
  'x-amz-copy-source: %',
  'x-amz-date: yesterday',
  `x-long: ${'a'.repeat(20_000)}`,
];

type Mutation = (text: string, random: Random) => string;

/** Each changes the bytes of a request, as latin1 text. */
const MUTATIONS: readonly Mutation[] = [
  function flipByte(text, random) {
    const at = below(random, text.length);
    return text.slice(0, at) + String.fromCharCode(below(random, 256)) + text.slice(at + 1);
  },
  function insertWord(text, random) {
    const at = below(random, text.length);
    return text.slice(0, at) + latin1(oneOf(random, WORDS)) + text.slice(at);
  },
  function replaceToken(text, random) {
    const tokens = [...text.matchAll(/[\w.-]+/g)];
    const token = oneOf(random, tokens);
    if (token === undefined) return text;
    const { index } = token;
    return (
      text.slice(0, index) + latin1(oneOf(random, WORDS)) + text.slice(index + token[0].length)
    );
  },
  function removePiece(text, random) {
    const at = below(random, text.length);
    return text.slice(0, at) + text.slice(at + 1 + below(random, 40));
  },
  function repeatPiece(text, random) {
    const at = below(random, text.length);
    const piece = text.slice(at, at + 1 + below(random, 60));
    return text.slice(0, at) + piece.repeat(1 + below(random, 20)) + text.slice(at);
  },
  function addHeader(text, random) {
    const at = text.indexOf('\r\n');
    return at < 0 ? text : `${text.slice(0, at)}\r\n${oneOf(random, HEADERS)}${text.slice(at)}`;
  },
  function otherMethod(text, random) {
    const methods = [
      'GET',
      'HEAD',
      'POST',
      'PUT',
      'DELETE',
      'OPTIONS',
      'PATCH',
      'TRACE',
      'CONNECT',
    ];
    return text.replace(/^\w+/, oneOf(random, [...methods, 'NOTHING', '']));
  },
];

const latin1 = (text: string) => Buffer.from(text).toString('latin1');

/** A request with one to four mutations; some of its end may be missing. */
export function mutate(bytes: Buffer, random: Random): { bytes: Buffer; cut: boolean } {
  let text = bytes.toString('latin1');
  for (let count = 1 + below(random, 4); count > 0; count--) {
    text = oneOf(random, MUTATIONS)(text, random);
  }
  const cut = random() < 0.1;
  return {
    bytes: Buffer.from(cut ? text.slice(0, below(random, text.length)) : text, 'latin1'),
    cut,
  };
}

/** Changes one value of a JSON document, or its text. */
export function mutateJson(document: unknown, random: Random): string {
  const text = JSON.stringify(document);
  if (random() < 0.3) return mutate(Buffer.from(text), random).bytes.toString('latin1');
  const places = [...text.matchAll(/"(?:[^"\\]|\\.)*"|\d+|true|false|null/g)];
  const place = oneOf(random, places);
  if (place === undefined) return text;
  const values: unknown[] = [
    ...WORDS,
    {},
    [],
    [[]],
    { S: 1 },
    { constructor: 'x' },
    0,
    -1,
    1e21,
    true,
    null,
  ];
  const isName = text[place.index + place[0].length] === ':';
  const value = JSON.stringify(oneOf(random, isName ? WORDS : values));
  return text.slice(0, place.index) + value + text.slice(place.index + place[0].length);
}

/** Bytes without any form. */
export function noise(random: Random): Buffer {
  return Buffer.from(Array.from({ length: below(random, 400) }, () => below(random, 256)));
}
